pragma ComponentBehavior: Bound
import QtQuick

// The goods, newest at the end and in sight.
ListView {
    id: rows

    required property list<var> goods
    required property int textPx

    model: goods
    clip: true
    spacing: 0
    boundsBehavior: Flickable.StopAtBounds
    onCountChanged: positionViewAtEnd()
    onHeightChanged: positionViewAtEnd()

    delegate: Item {
        id: row
        required property int index
        required property var modelData
        width: ListView.view.width
        // A row is shown whole or not at all.
        opacity: y >= ListView.view.contentY - 1 && y + height <= ListView.view.contentY + ListView.view.height + 1 ? 1 : 0
        height: Math.max(name.implicitHeight, amount.implicitHeight) + 16

        Text {
            textFormat: Text.PlainText
            id: name
            anchors { left: parent.left; right: quantity.left; rightMargin: Theme.gap; verticalCenter: parent.verticalCenter }
            text: row.modelData.name
            color: Theme.ink
            wrapMode: Text.Wrap
            font { family: Theme.family; pixelSize: rows.textPx }
        }
        Text {
            textFormat: Text.PlainText
            id: quantity
            anchors { right: amount.left; rightMargin: Theme.gap * 2; verticalCenter: parent.verticalCenter }
            text: row.modelData.quantity
            color: Theme.quiet
            font { family: Theme.family; pixelSize: rows.textPx }
        }
        Text {
            textFormat: Text.PlainText
            id: amount
            anchors { right: parent.right; verticalCenter: parent.verticalCenter }
            width: Math.max(implicitWidth, rows.textPx * 4)
            horizontalAlignment: Text.AlignRight
            text: row.modelData.amount
            color: Theme.ink
            font { family: Theme.family; pixelSize: rows.textPx }
        }
        Rectangle {
            visible: row.index > 0
            width: parent.width
            height: 1
            color: Theme.line
        }
    }
}
