pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Theme

// Codes to be scanned from the glass: black on white, whole pixels, a margin that a reader needs.
RowLayout {
    id: area

    required property list<var> codes
    required property int textPx

    spacing: Theme.gap

    // The codes stand on one line, however many lines their words have.
    readonly property int wordsPx: most.implicitHeight

    Item {
        visible: false
        Text {
            textFormat: Text.PlainText
            id: most
            width: (area.width - area.spacing * (area.codes.length - 1)) / Math.max(1, area.codes.length) - 32
            text: Theme.held(area.codes.reduce((most, code) => code.label.length > most.length ? code.label : most, ""))
            wrapMode: Text.Wrap
            font { family: Theme.family; pixelSize: area.textPx }
        }
    }
    Repeater {
        model: area.codes

        Rectangle {
            id: card
            required property var modelData
            readonly property list<string> rows: modelData.rows
            readonly property int module: Math.max(2, Math.floor(Math.min(width, area.height - area.wordsPx - 32) / (rows.length + 8)))

            Layout.fillWidth: true
            // As high as what stands on it: a code with its margin, and its words.
            Layout.preferredHeight: Math.min(area.height, (rows.length + 8) * module + area.wordsPx + 32)
            Layout.alignment: Qt.AlignVCenter
            Layout.preferredWidth: 1
            radius: Theme.radius
            color: "#FFFFFF"
            border { color: Theme.line; width: 2 }
            Accessible.role: Accessible.Graphic
            Accessible.name: modelData.label

            Column {
                id: square
                anchors { horizontalCenter: parent.horizontalCenter; top: parent.top; topMargin: (parent.height - area.wordsPx - 16 - height) / 2 }
                Repeater {
                    model: card.rows
                    Row {
                        id: line
                        required property string modelData
                        // Modules of one colour in a row are one rectangle: a code is some hundreds, not a thousand.
                        Repeater {
                            model: line.modelData.match(/1+|0+/g)
                            Rectangle {
                                required property string modelData
                                width: modelData.length * card.module
                                height: card.module
                                color: modelData[0] === "1" ? "#000000" : "#FFFFFF"
                            }
                        }
                    }
                }
            }
            Text {
                textFormat: Text.PlainText
                id: words
                anchors { left: parent.left; right: parent.right; top: parent.bottom; leftMargin: 16; rightMargin: 16; topMargin: -16 - area.wordsPx }
                text: Theme.held(card.modelData.label)
                color: Theme.ink
                wrapMode: Text.Wrap
                horizontalAlignment: Text.AlignHCenter
                font { family: Theme.family; pixelSize: area.textPx }
            }
        }
    }
}
