pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Theme

// Rows to take one from: a finger, or arrow keys and Return. A row without a wish is only read.
ListView {
    id: rows

    required property list<var> choices
    required property int textPx
    signal picked(string intent, string value)

    model: choices
    clip: true
    boundsBehavior: Flickable.StopAtBounds
    ScrollBar.vertical: ScrollBar { policy: rows.contentHeight > rows.height ? ScrollBar.AlwaysOn : ScrollBar.AlwaysOff }

    delegate: AbstractButton {
        id: row
        required property int index
        required property var modelData
        objectName: "choice-" + modelData.value
        width: ListView.view.width - 16
        height: Math.max(72, words.implicitHeight + 24)
        enabled: modelData.intent !== ""
        // A row is shown whole or not at all.
        opacity: y >= ListView.view.contentY - 1 && y + height <= ListView.view.contentY + ListView.view.height + 1 ? 1 : 0
        text: modelData.title + " " + modelData.amount + " " + modelData.detail
        focusPolicy: Qt.StrongFocus
        Accessible.role: Accessible.ListItem
        Accessible.name: text
        Keys.onReturnPressed: click()
        onClicked: rows.picked(modelData.intent, modelData.value)

        background: Rectangle {
            radius: Theme.radius / 2
            color: row.down ? Theme.line : "transparent"
            border.width: row.visualFocus ? 4 : 0
            border.color: Theme.focus
            Rectangle {
                visible: row.index > 0
                width: parent.width
                height: 1
                color: Theme.line
            }
        }
        contentItem: Item {
            implicitHeight: words.implicitHeight
            Column {
                id: words
                anchors { left: parent.left; right: amount.left; rightMargin: Theme.gap; verticalCenter: parent.verticalCenter }
                Text {
                    textFormat: Text.PlainText
                    width: parent.width
                    visible: text !== ""
                    text: row.modelData.title
                    color: Theme.ink
                    wrapMode: Text.Wrap
                    font { family: Theme.family; pixelSize: rows.textPx }
                }
                Text {
                    textFormat: Text.PlainText
                    width: parent.width
                    text: row.modelData.detail
                    color: Theme.color(row.modelData.tone)
                    wrapMode: Text.Wrap
                    font { family: Theme.family; pixelSize: rows.textPx - 2; bold: true }
                }
            }
            Text {
                textFormat: Text.PlainText
                id: amount
                anchors { right: parent.right; verticalCenter: parent.verticalCenter }
                text: row.modelData.amount
                color: Theme.ink
                font { family: Theme.family; pixelSize: rows.textPx + 2; bold: true }
            }
        }
    }
}
