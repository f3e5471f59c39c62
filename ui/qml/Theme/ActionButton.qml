import QtQuick
import QtQuick.Controls.Basic

// Something a person can want. Touch, its own key, Space and Return all say the same.
AbstractButton {
    id: button

    required property string intent
    required property string label
    property string keys: ""
    property bool primary: false
    property int textPx: 30
    property int keyPx: 20

    objectName: "button-" + intent
    text: label
    focusPolicy: Qt.StrongFocus
    padding: 12
    leftPadding: 20
    rightPadding: 20
    Accessible.role: Accessible.Button
    Accessible.name: label
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    readonly property color front: !enabled ? Theme.quiet : primary ? Theme.onTone : Theme.ink

    contentItem: Item {
        implicitWidth: words.implicitWidth + (cap.visible ? cap.width + Theme.gap : 0)
        implicitHeight: words.implicitHeight

        Text {
            textFormat: Text.PlainText
            id: words
            anchors.left: parent.left
            anchors.right: cap.visible ? cap.left : parent.right
            anchors.rightMargin: cap.visible ? Theme.gap : 0
            height: parent.height
            text: button.label
            color: button.front
            font { family: Theme.family; pixelSize: button.textPx; bold: button.primary }
            fontSizeMode: Text.Fit
            minimumPixelSize: 18
            wrapMode: Text.WordWrap
            horizontalAlignment: Text.AlignHCenter
            verticalAlignment: Text.AlignVCenter
        }
        Rectangle {
            id: cap
            visible: button.keys !== ""
            anchors { right: parent.right; verticalCenter: parent.verticalCenter }
            width: key.implicitWidth + 20
            height: key.implicitHeight + 10
            radius: 8
            color: "transparent"
            border { width: 2; color: button.front }
            Text {
                textFormat: Text.PlainText
                id: key
                anchors.centerIn: parent
                text: button.keys
                color: button.front
                font { family: Theme.family; pixelSize: button.keyPx }
            }
        }
    }

    background: Rectangle {
        radius: Theme.radius
        color: !button.enabled ? Theme.disabled
            : button.primary ? (button.down ? Qt.darker(Theme.good, 1.25) : Theme.good)
            : (button.down ? Theme.line : Theme.surface)
        border.width: button.visualFocus ? 5 : button.primary || !button.enabled ? 0 : 2
        border.color: button.visualFocus ? Theme.focus : Theme.line
    }
}
