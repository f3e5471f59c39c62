pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Theme

// Digits that are typed here stay here: they are shown as dots and leave with one tap.
Item {
    id: pad

    required property int wanted
    required property string clearWord
    required property string backWord
    required property int wordPx
    required property string typed
    // A number of one's own, long enough to mistype: read while it is typed, here and nowhere else.
    property bool shown: false
    // Low and wide: three rows of four, so that a key stays as high as a finger.
    property bool wide: false
    signal edited(string digits)

    readonly property int dot: 34
    // Keys are as far from each other as from what they write; where it is tight they come closer.
    readonly property int keyPx: 148
    readonly property int gap: height > 560 ? 12 : 6
    readonly property int cell: shown ? 72 : Math.min(72, (width - 24 * (wanted - 1)) / Math.max(1, wanted))

    function press(key: string) {
        if (key === "clear")
            edited("");
        else if (key === "back")
            edited(typed.slice(0, -1));
        else if (typed.length < wanted)
            edited(typed + key);
    }

    // Whoever has a keyboard need not touch the glass.
    onVisibleChanged: if (visible) forceActiveFocus()
    Keys.onPressed: event => {
        if (event.key === Qt.Key_Backspace)
            press("back");
        else if (/^[0-9]$/.test(event.text))
            press(event.text);
        else
            return;
        event.accepted = true;
    }

    Row {
        id: dots
        anchors { top: parent.top; horizontalCenter: parent.horizontalCenter }
        height: 60
        spacing: 24
        visible: !pad.shown
        Accessible.role: Accessible.StaticText
        Accessible.name: pad.typed.length + " / " + pad.wanted

        Repeater {
            model: pad.wanted

            Rectangle {
                required property int index
                width: pad.cell
                height: 60
                radius: Theme.radius
                color: Theme.surface
                border.width: index === pad.typed.length ? 4 : 2
                border.color: index === pad.typed.length ? Theme.good : Theme.line
                Rectangle {
                    anchors.centerIn: parent
                    width: pad.dot
                    height: pad.dot
                    radius: pad.dot / 2
                    color: Theme.ink
                    visible: parent.index < pad.typed.length
                }
            }
        }
    }

    Rectangle {
        anchors { top: parent.top; horizontalCenter: parent.horizontalCenter }
        width: Math.min(pad.width, 640)
        height: dots.height
        radius: Theme.radius
        visible: pad.shown
        color: Theme.surface
        border { width: 4; color: pad.typed.length < pad.wanted ? Theme.good : Theme.line }
        Text {
            textFormat: Text.PlainText
            objectName: "typed"
            anchors { fill: parent; margins: 4 }
            // 138 0013 8000, as numbers are said.
            text: pad.typed.replace(/^(\d{3})(\d{0,4})(\d*)$/, "$1 $2 $3").trim()
            color: Theme.ink
            horizontalAlignment: Text.AlignHCenter
            verticalAlignment: Text.AlignVCenter
            fontSizeMode: Text.Fit
            minimumPixelSize: 24
            font { family: Theme.family; pixelSize: 48; bold: true; letterSpacing: 2 }
            Accessible.ignored: true
        }
        Accessible.role: Accessible.StaticText
        Accessible.name: pad.typed.length + " / " + pad.wanted
    }

    GridLayout {
        anchors { top: dots.bottom; topMargin: pad.gap; horizontalCenter: parent.horizontalCenter }
        width: Math.min(parent.width, 640)
        height: Math.min(parent.height - dots.height - pad.gap, rows * pad.keyPx + (rows - 1) * pad.gap)
        columns: pad.wide ? 4 : 3
        rows: pad.wide ? 3 : 4
        rowSpacing: pad.gap
        columnSpacing: pad.gap

        Repeater {
            model: pad.wide ? ["1", "2", "3", "back", "4", "5", "6", "clear", "7", "8", "9", "0"] : ["1", "2", "3", "4", "5", "6", "7", "8", "9", "clear", "0", "back"]

            AbstractButton {
                id: key
                required property string modelData
                readonly property bool isWord: modelData.length > 1
                objectName: "key-" + modelData
                text: modelData === "clear" ? pad.clearWord : modelData === "back" ? pad.backWord : modelData
                focusPolicy: Qt.StrongFocus
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 1
                Layout.preferredHeight: 1
                Accessible.role: Accessible.Button
                Accessible.name: text
                Keys.onReturnPressed: click()
                Keys.onEnterPressed: click()
                onClicked: pad.press(modelData)

                background: Rectangle {
                    radius: Theme.radius
                    color: key.down ? Theme.line : key.isWord ? Theme.ground : Theme.surface
                    border.width: key.visualFocus ? 5 : 2
                    border.color: key.visualFocus ? Theme.focus : Theme.line
                }
                contentItem: Text {
                    textFormat: Text.PlainText
                    text: key.text
                    color: Theme.ink
                    horizontalAlignment: Text.AlignHCenter
                    verticalAlignment: Text.AlignVCenter
                    fontSizeMode: Text.Fit
                    minimumPixelSize: 18
                    font { family: Theme.family; pixelSize: key.isWord ? pad.wordPx : 48; bold: !key.isWord }
                }
            }
        }
    }
}
