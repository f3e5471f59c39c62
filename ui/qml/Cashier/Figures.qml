pragma ComponentBehavior: Bound
import QtQuick
import Theme

// Named values, one a row.
ListView {
    id: rows

    required property list<var> figures
    required property int textPx

    model: figures
    clip: true
    boundsBehavior: Flickable.StopAtBounds

    delegate: Item {
        id: row
        required property var modelData
        width: ListView.view.width
        height: Math.max(label.implicitHeight, words.implicitHeight) + 10
        // A row is shown whole or not at all.
        opacity: y >= ListView.view.contentY - 1 && y + height <= ListView.view.contentY + ListView.view.height + 1 ? 1 : 0

        Text {
            id: label
            anchors { left: parent.left; verticalCenter: parent.verticalCenter }
            width: parent.width * 0.4
            text: row.modelData.label
            color: Theme.quiet
            wrapMode: Text.Wrap
            font { family: Theme.family; pixelSize: rows.textPx }
        }
        Text {
            id: words
            anchors { left: label.right; right: parent.right; verticalCenter: parent.verticalCenter }
            text: row.modelData.text
            color: Theme.ink
            horizontalAlignment: Text.AlignRight
            wrapMode: Text.Wrap
            font { family: Theme.family; pixelSize: rows.textPx; bold: true }
        }
    }
}
