pragma ComponentBehavior: Bound
import QtQuick
import Theme

// A small chart: how much came in each way, beside each other. The figure stands with its bar, so that
// nobody has to measure; a screen reader hears both.
Item {
    id: chart

    required property list<var> bars
    required property int textPx
    readonly property int rowHeight: Math.min(textPx * 3, height / Math.max(1, bars.length))

    // All figures are of one size: the one in which the longest has room.
    readonly property int saidPx: {
        const widest = bars.reduce((most, bar) => Math.max(most, metrics.advanceWidth(bar.text)), 1);
        return Math.max(14, Math.floor(textPx * Math.min(1, (width * 0.58 - Theme.gap) / widest)));
    }
    FontMetrics {
        id: metrics
        font { family: Theme.family; pixelSize: chart.textPx; bold: true }
    }

    Repeater {
        model: chart.bars

        Item {
            id: row
            required property var modelData
            required property int index
            objectName: "bar-" + modelData.label
            y: index * chart.rowHeight
            width: chart.width
            height: chart.rowHeight
            Accessible.role: Accessible.Indicator
            Accessible.name: modelData.label + " " + modelData.text

            Text {
                textFormat: Text.PlainText
                id: label
                width: parent.width * 0.42
                height: parent.height * 0.6
                text: row.modelData.label
                color: Theme.ink
                fontSizeMode: Text.Fit
                minimumPixelSize: 14
                verticalAlignment: Text.AlignVCenter
                font { family: Theme.family; pixelSize: chart.textPx }
            }
            Text {
                textFormat: Text.PlainText
                anchors { right: parent.right; left: label.right; leftMargin: Theme.gap }
                height: label.height
                text: row.modelData.text
                color: Theme.ink
                horizontalAlignment: Text.AlignRight
                verticalAlignment: Text.AlignVCenter
                fontSizeMode: Text.Fit
                minimumPixelSize: 14
                font { family: Theme.family; pixelSize: chart.saidPx; bold: true }
            }
            Rectangle {
                anchors { top: label.bottom; left: parent.left; right: parent.right }
                height: Math.max(6, parent.height * 0.2)
                radius: height / 2
                color: Theme.ground
                Rectangle {
                    // Nothing is drawn as a sliver; what there is of it can be seen.
                    visible: row.modelData.share > 0
                    width: Math.max(parent.height, parent.width * row.modelData.share / 100)
                    height: parent.height
                    radius: parent.radius
                    color: Theme.color(row.modelData.tone)
                }
            }
        }
    }
}
