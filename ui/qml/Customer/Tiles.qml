pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Theme

// The ways to pay, as large as fingers like them; the first choice stands on the right.
Item {
    id: tiles

    required property list<var> choices
    required property int textPx
    signal tapped(string intent)

    RowLayout {
        anchors.centerIn: parent
        width: parent.width
        height: Math.min(parent.height, 420)
        spacing: Theme.gap * 1.5

        Repeater {
            model: tiles.choices

            AbstractButton {
                id: tile
                required property var modelData
                objectName: "button-" + modelData.intent
                text: modelData.label
                enabled: modelData.enabled
                focusPolicy: Qt.StrongFocus
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 1
                Accessible.role: Accessible.Button
                Accessible.name: text
                Keys.onReturnPressed: click()
                Keys.onEnterPressed: click()
                onClicked: tiles.tapped(modelData.intent)

                readonly property color front: !enabled ? Theme.quiet : modelData.primary ? Theme.onTone : Theme.ink

                background: Rectangle {
                    radius: Theme.radius * 1.4
                    color: !tile.enabled ? Theme.disabled
                        : tile.modelData.primary ? (tile.down ? Qt.darker(Theme.good, 1.25) : Theme.good)
                        : (tile.down ? Theme.line : Theme.surface)
                    border.width: tile.visualFocus ? 6 : tile.modelData.primary ? 0 : 2
                    border.color: tile.visualFocus ? Theme.focus : Theme.line
                }
                contentItem: Item {
                    Icon {
                        anchors { top: parent.top; bottom: words.top; horizontalCenter: parent.horizontalCenter; margins: 28 }
                        width: Math.min(height, parent.width - 56)
                        name: tile.modelData.intent
                        color: tile.front
                    }
                    Text {
                        textFormat: Text.PlainText
                        id: words
                        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; bottomMargin: 28 }
                        text: tile.text
                        color: tile.front
                        wrapMode: Text.Wrap
                        horizontalAlignment: Text.AlignHCenter
                        font { family: Theme.family; pixelSize: tiles.textPx; bold: true }
                    }
                }
            }
        }
    }
}
