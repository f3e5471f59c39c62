pragma ComponentBehavior: Bound
import QtQuick
import Theme

// The last orders: which, how, how much, and how it ended.
ListView {
    id: rows

    required property list<var> orders
    required property int textPx

    FontMetrics {
        id: metrics
        font { family: Theme.family; pixelSize: rows.textPx }
    }

    model: orders
    clip: true
    boundsBehavior: Flickable.StopAtBounds

    delegate: Item {
        id: row
        required property int index
        required property var modelData
        width: ListView.view.width
        // A row is shown whole or not at all.
        opacity: y >= ListView.view.contentY - 1 && y + height <= ListView.view.contentY + ListView.view.height + 1 ? 1 : 0
        height: words.height + 20

        Column {
            id: words
            y: 10
            width: parent.width
            spacing: 2
            Item {
                width: parent.width
                height: Math.max(method.implicitHeight, amount.implicitHeight)
                Text {
                    textFormat: Text.PlainText
                    id: method
                    anchors { left: parent.left; right: amount.left; rightMargin: Theme.gap }
                    // The way of payment stands on a line of its own rather than broken.
                    readonly property string together: row.modelData.order + " · " + row.modelData.method
                    text: metrics.advanceWidth(together) <= width ? together : row.modelData.order + "\n" + row.modelData.method
                    color: Theme.quiet
                    wrapMode: Text.Wrap
                    font { family: Theme.family; pixelSize: rows.textPx }
                }
                Text {
                    textFormat: Text.PlainText
                    id: amount
                    anchors.right: parent.right
                    text: row.modelData.amount
                    color: Theme.ink
                    font { family: Theme.family; pixelSize: rows.textPx; bold: true }
                }
            }
            Row {
                width: parent.width
                spacing: 6
                Mark {
                    id: clock
                    visible: sign === "◷"
                    y: (outcome.implicitHeight / outcome.lineCount - height) / 2
                    width: rows.textPx
                    sign: row.modelData.sign
                    tone: row.modelData.tone
                }
                Text {
                    textFormat: Text.PlainText
                    id: outcome
                    width: parent.width - (clock.visible ? clock.width + parent.spacing : 0)
                    text: (row.modelData.sign === "" || clock.visible ? "" : row.modelData.sign.replace("✕", "×") + " ") + row.modelData.outcome
                    color: Theme.color(row.modelData.tone)
                    wrapMode: Text.Wrap
                    font { family: Theme.family; pixelSize: rows.textPx; bold: true }
                }
            }
        }
        Rectangle {
            visible: row.index > 0
            width: parent.width
            height: 1
            color: Theme.line
        }
    }
}
