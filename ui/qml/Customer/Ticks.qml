pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Shapes
import Theme

// What may be agreed to, each by itself. A tick is a sign, never a colour alone.
Item {
    id: area

    required property list<var> ticks
    required property list<var> others
    required property int textPx
    signal tapped(string intent, string value)

    // What is agreed to is written alike, however long it is.
    readonly property string longest: ticks.reduce((most, tick) => tick.text.length > most.length ? tick.text : most, "")
    readonly property int room: height - (beside.visible ? beside.height + Theme.gap : 0)
    readonly property int rowHeight: Math.min(184, (room - Theme.gap * (ticks.length - 1)) / Math.max(1, ticks.length))

    Text {
        textFormat: Text.PlainText
        id: probe
        visible: false
        width: area.width - 112 - 20
        height: area.rowHeight - 24
        text: Theme.held(area.longest)
        wrapMode: Text.Wrap
        fontSizeMode: Text.Fit
        minimumPixelSize: 24
        font { family: Theme.family; pixelSize: area.textPx }
    }
    Column {
        anchors.centerIn: parent
        width: parent.width
        spacing: Theme.gap

        Repeater {
            model: area.ticks

            AbstractButton {
                id: row
                required property var modelData
                objectName: "button-" + modelData.intent + "-" + modelData.value
                text: modelData.text
                width: area.width
                height: area.rowHeight
                focusPolicy: Qt.StrongFocus
                Accessible.role: Accessible.CheckBox
                Accessible.name: text
                Accessible.checked: modelData.ticked
                Keys.onReturnPressed: click()
                Keys.onEnterPressed: click()
                onClicked: area.tapped(modelData.intent, modelData.value)

                background: Rectangle {
                    radius: Theme.radius * 1.4
                    color: row.down ? Theme.line : Theme.surface
                    border.width: row.visualFocus ? 6 : row.modelData.ticked ? 4 : 2
                    border.color: row.visualFocus ? Theme.focus : row.modelData.ticked ? Theme.good : Theme.line
                }
                padding: 0
                contentItem: Item {
                    Rectangle {
                        id: square
                        anchors { left: parent.left; leftMargin: 24; verticalCenter: parent.verticalCenter }
                        width: 64
                        height: 64
                        radius: 14
                        color: row.modelData.ticked ? Theme.good : Theme.ground
                        border { width: row.modelData.ticked ? 0 : 3; color: Theme.quiet }
                        Shape {
                            anchors.fill: parent
                            visible: row.modelData.ticked
                            ShapePath {
                                strokeColor: Theme.onTone
                                strokeWidth: 8
                                fillColor: "transparent"
                                capStyle: ShapePath.RoundCap
                                joinStyle: ShapePath.RoundJoin
                                startX: 15; startY: 34
                                PathLine { x: 27; y: 46 }
                                PathLine { x: 49; y: 19 }
                            }
                        }
                    }
                    Text {
                        textFormat: Text.PlainText
                        id: words
                        anchors { left: square.right; leftMargin: 24; right: parent.right; rightMargin: 20; top: parent.top; bottom: parent.bottom }
                        text: Theme.held(row.text)
                        color: Theme.ink
                        wrapMode: Text.Wrap
                        verticalAlignment: Text.AlignVCenter
                        font { family: Theme.family; pixelSize: probe.fontInfo.pixelSize }
                    }
                }
            }
        }
        ActionRow {
            id: beside
            width: parent.width
            height: 92
            visible: area.others.length > 0
            actions: area.others
            textPx: area.textPx * 0.9
            onTapped: intent => area.tapped(intent, "")
        }
    }
}
