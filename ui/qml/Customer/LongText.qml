import QtQuick
import Theme

// The whole of what is agreed to, without a finger's push: it rather gets smaller, as nothing may be cut.
Rectangle {
    id: sheet

    required property string text
    required property int textPx

    radius: Theme.radius * 1.4
    color: Theme.surface

    Text {
        textFormat: Text.PlainText
        objectName: "long-text"
        anchors { fill: parent; margins: 28 }
        text: sheet.text
        color: Theme.ink
        wrapMode: Text.Wrap
        fontSizeMode: Text.Fit
        minimumPixelSize: 20
        font { family: Theme.family; pixelSize: sheet.textPx }
    }
}
