import QtQuick
import QtQuick.Controls.Basic
import Theme

// The whole of what is agreed to: nothing is left out, a long one is pushed with a finger.
Rectangle {
    id: sheet

    required property string text
    required property int textPx

    radius: Theme.radius * 1.4
    color: Theme.surface

    Flickable {
        id: flick
        anchors { fill: parent; margins: 32; rightMargin: 20 }
        contentWidth: width
        contentHeight: words.implicitHeight
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        ScrollBar.vertical: ScrollBar {
            policy: flick.contentHeight > flick.height ? ScrollBar.AlwaysOn : ScrollBar.AlwaysOff
            width: 16
        }

        Text {
            id: words
            objectName: "long-text"
            width: flick.width - 32
            text: sheet.text
            color: Theme.ink
            wrapMode: Text.Wrap
            lineHeight: 1.25
            font { family: Theme.family; pixelSize: sheet.textPx }
        }
    }
}
