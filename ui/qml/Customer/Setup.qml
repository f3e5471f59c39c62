pragma ComponentBehavior: Bound
import QtQuick
import Theme

// What this terminal is, or where it is to stand; and the claim code as a QR for the technician's phone.
Item {
    id: area

    required property list<var> figures
    required property list<var> picture
    required property int textPx
    // All of it is on the glass, however large the text is wished.
    readonly property real rowPx: Math.min(textPx, (height / Math.max(1, figures.length) - 24) / 2.7)

    function darkRuns(modules: string): list<var> {
        const found = []
        for (let at = modules.indexOf("1"); at >= 0; at = modules.indexOf("1", at)) {
            const end = modules.indexOf("0", at)
            found.push([at, (end < 0 ? modules.length : end) - at])
            at = end < 0 ? modules.length : end
        }
        return found
    }

    Column {
        anchors { left: parent.left; right: parent.right; top: parent.top }
        visible: area.figures.length > 0
        spacing: 18

        Repeater {
            model: area.figures

            Column {
                id: row
                required property var modelData
                width: parent.width
                spacing: 4
                Text {
                    textFormat: Text.PlainText
                    width: parent.width
                    text: row.modelData.label
                    color: Theme.quiet
                    wrapMode: Text.Wrap
                    font { family: Theme.family; pixelSize: Math.max(16, area.rowPx * 0.8) }
                }
                Text {
                    textFormat: Text.PlainText
                    width: parent.width
                    text: row.modelData.text
                    color: Theme.ink
                    wrapMode: Text.Wrap
                    font { family: Theme.family; pixelSize: Math.max(16, area.rowPx); bold: true }
                }
                Rectangle {
                    width: parent.width
                    height: 1
                    color: Theme.line
                }
            }
        }
    }
    Rectangle {
        id: paper
        readonly property int modules: area.picture.length
        readonly property int side: modules > 0 ? Math.floor(Math.min(area.width, area.height, 560) / modules) : 0
        anchors.centerIn: parent
        width: side * modules
        height: width
        visible: modules > 0
        color: "white"

        Repeater {
            model: area.picture

            Item {
                id: line
                required property string modelData
                required property int index
                // A receipt has ten thousand modules: what is dark side by side is one piece.
                readonly property var runs: area.darkRuns(modelData)
                y: index * paper.side
                Repeater {
                    model: line.runs
                    Rectangle {
                        required property var modelData
                        x: modelData[0] * paper.side
                        width: modelData[1] * paper.side
                        height: paper.side
                        color: "black"
                    }
                }
            }
        }
    }
}
