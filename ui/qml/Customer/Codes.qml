pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Theme

// Codes to be scanned from the glass: black on white, whole pixels, a margin that a reader needs.
RowLayout {
    id: area

    required property list<var> codes
    required property int textPx

    spacing: Theme.gap

    Repeater {
        model: area.codes

        Rectangle {
            id: card
            required property var modelData
            readonly property list<string> rows: modelData.rows
            readonly property int module: Math.max(2, Math.floor(Math.min(width, height - words.height - 32) / (rows.length + 8)))

            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: 1
            radius: Theme.radius
            color: "#FFFFFF"
            border { color: Theme.line; width: 2 }
            Accessible.role: Accessible.Graphic
            Accessible.name: modelData.label

            Column {
                id: square
                anchors { horizontalCenter: parent.horizontalCenter; top: parent.top; topMargin: (parent.height - words.height - 16 - height) / 2 }
                Repeater {
                    model: card.rows
                    Row {
                        id: line
                        required property string modelData
                        // Modules of one colour in a row are one rectangle: a code is some hundreds, not a thousand.
                        Repeater {
                            model: line.modelData.match(/1+|0+/g)
                            Rectangle {
                                required property string modelData
                                width: modelData.length * card.module
                                height: card.module
                                color: modelData[0] === "1" ? "#000000" : "#FFFFFF"
                            }
                        }
                    }
                }
            }
            Text {
                id: words
                anchors { left: parent.left; right: parent.right; bottom: parent.bottom; margins: 16 }
                text: card.modelData.label
                color: Theme.ink
                wrapMode: Text.Wrap
                horizontalAlignment: Text.AlignHCenter
                font { family: Theme.family; pixelSize: area.textPx }
            }
        }
    }
}
