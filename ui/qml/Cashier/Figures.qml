pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Theme

// Named values: one a row, or two where there is room.
GridView {
    id: grid

    required property list<var> figures
    required property int textPx
    readonly property int columns: width >= 900 && figures.length > 4 ? 2 : 1

    model: figures
    clip: true
    boundsBehavior: Flickable.StopAtBounds
    flow: GridView.FlowLeftToRight
    cellWidth: Math.floor(width / columns)
    // Two lines where the column is narrow: a name and its value both stay readable.
    cellHeight: fontPx * linesHigh
    readonly property bool narrow: cellWidth < 480 && !figures.every(one => Math.ceil(metrics.advanceWidth(one.label) + bold.advanceWidth(one.text)) + Theme.gap <= cellWidth)
    FontMetrics {
        id: metrics
        font { family: Theme.family; pixelSize: grid.textPx }
    }
    FontMetrics {
        id: bold
        font { family: Theme.family; pixelSize: grid.textPx; bold: true }
    }
    readonly property real linesHigh: narrow ? 3.4 : 2
    // A few are written larger, where the longest still stands in its row.
    readonly property int fontPx: Math.ceil(figures.length / columns) * textPx * 1.2 * linesHigh <= height && cellWidth > textPx * 26 ? textPx * 1.2 : textPx
    ScrollBar.vertical: Thread { view: grid }

    delegate: Item {
        id: cell
        required property var modelData
        // Two columns stand apart, and both end with the card.
        required property int index
        readonly property bool first: grid.columns > 1 && index % 2 === 0
        width: grid.cellWidth - (first ? 56 : 0)
        height: grid.cellHeight
        // A row is shown whole or not at all.
        opacity: y >= grid.contentY - 1 && y + height <= grid.contentY + grid.height + 1 ? 1 : 0

        Text {
            textFormat: Text.PlainText
            id: label
            anchors { left: parent.left; top: parent.top; topMargin: grid.narrow ? 2 : 4 }
            width: grid.narrow ? parent.width : Math.max(parent.width * 0.25, parent.width - words.implicitWidth - Theme.gap)
            height: grid.narrow ? parent.height / 2 - 3 : parent.height - 8
            text: cell.modelData.label
            color: Theme.quiet
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: 16
            verticalAlignment: Text.AlignVCenter
            font { family: Theme.family; pixelSize: grid.fontPx }
        }
        Text {
            textFormat: Text.PlainText
            id: words
            anchors { right: parent.right; bottom: parent.bottom; bottomMargin: grid.narrow ? 3 : 4 }
            width: grid.narrow ? parent.width : parent.width - label.width - Theme.gap
            height: label.height
            text: cell.modelData.text
            color: Theme.ink
            horizontalAlignment: Text.AlignRight
            verticalAlignment: Text.AlignVCenter
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: 16
            font { family: Theme.family; pixelSize: grid.fontPx; bold: true }
        }
        Rectangle {
            anchors.bottom: parent.bottom
            width: parent.width
            height: 1
            color: Theme.line
        }
    }
}
