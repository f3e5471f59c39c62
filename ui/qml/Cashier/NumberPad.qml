pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Theme

// Something to type, by finger or keyboard; it leaves with one tap. A PIN is shown as dots.
FocusScope {
    id: pad

    required property string label
    // What is asked: another question has another answer, and what was typed is not it.
    required property string intent
    required property bool secret
    required property bool point
    // A time has a colon.
    property bool colon: false
    required property string clearWord
    required property string backWord
    required property string doneWord
    required property int textPx
    property string typed: ""
    // Broad and low: fewer rows, so that a key stays as high as a finger.
    readonly property int columns: width <= 600 || height >= 480 ? 3 : height >= 380 ? 4 : 6
    signal given(string words)
    onIntentChanged: typed = ""

    function press(key: string) {
        if (key === "clear")
            typed = "";
        else if (key === "back")
            typed = typed.slice(0, -1);
        else if (key === "done") {
            if (typed !== "")
                give();
        }
        else if (typed.length < 12)
            typed += key;
    }

    // What was given is gone from the field: whoever is asked again types anew.
    function give() {
        const words = typed;
        typed = "";
        given(words);
    }

    // A slip of the fingers costs the field, not the goods: Esc is the page's once nothing is typed.
    Keys.onShortcutOverride: event => event.accepted = event.key === Qt.Key_Escape && typed !== ""
    Keys.onPressed: event => {
        if (event.key === Qt.Key_Escape && typed !== "")
            press("clear");
        else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter)
            press("done");
        else if (event.key === Qt.Key_Backspace)
            press("back");
        else if (/^[0-9]$/.test(event.text) || (point && (event.text === "." || event.text === ",")))
            press(event.text === "," ? "." : event.text);
        else if (colon && (event.text === ":" || event.text === "：" || event.text === ";"))
            press(":");
        else
            return;
        event.accepted = true;
        // Also what was struck while the keyboard was on a button or a row: Return gives it from here on.
        forceActiveFocus();
    }

    Text {
        textFormat: Text.PlainText
        id: caption
        width: parent.width
        text: pad.label
        color: Theme.quiet
        wrapMode: Text.Wrap
        font { family: Theme.family; pixelSize: pad.textPx }
    }
    Rectangle {
        id: field
        anchors { top: caption.bottom; topMargin: 8; left: parent.left; right: parent.right }
        height: 68
        radius: Theme.radius
        color: Theme.surface
        border { width: 3; color: Theme.focus }
        Accessible.role: Accessible.EditableText
        Accessible.name: pad.label
        Text {
            textFormat: Text.PlainText
            anchors { fill: parent; leftMargin: 20; rightMargin: 20 }
            text: pad.secret ? "●".repeat(pad.typed.length) : pad.typed
            color: Theme.ink
            horizontalAlignment: Text.AlignRight
            verticalAlignment: Text.AlignVCenter
            fontSizeMode: Text.Fit
            minimumPixelSize: 18
            font { family: Theme.family; pixelSize: 36; bold: true }
        }
    }
    GridLayout {
        anchors { top: field.bottom; topMargin: 12; left: parent.left; right: parent.right; bottom: parent.bottom }
        columns: pad.columns
        rowSpacing: 8
        columnSpacing: 8

        Repeater {
            model: {
                const dot = pad.point ? "." : "clear", end = pad.colon ? [":", "done"] : ["done"];
                switch (pad.columns) {
                case 3: return ["1", "2", "3", "4", "5", "6", "7", "8", "9", dot, "0", "back", ...end];
                case 4: return ["1", "2", "3", "back", "4", "5", "6", dot, "7", "8", "9", "0", ...end];
                }
                return ["1", "2", "3", "4", "5", "back", "6", "7", "8", "9", "0", dot, ...end];
            }

            AbstractButton {
                id: key
                required property string modelData
                readonly property bool isWord: modelData.length > 1
                readonly property bool isDone: modelData === "done"
                objectName: "key-" + modelData
                text: modelData === "clear" ? pad.clearWord : modelData === "back" ? pad.backWord : isDone ? pad.doneWord : modelData
                focusPolicy: Qt.NoFocus
                // Nothing to give, nothing to press: the page has one button that stands out, not two.
                enabled: !isDone || pad.typed !== ""
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 1
                Layout.preferredHeight: 1
                Layout.columnSpan: isDone ? pad.columns - (pad.colon ? 1 : 0) : 1
                Accessible.role: Accessible.Button
                Accessible.name: text
                onClicked: pad.press(modelData)

                background: Rectangle {
                    radius: Theme.radius / 2
                    color: !key.enabled ? Theme.disabled : key.isDone ? (key.down ? Qt.darker(Theme.good, 1.25) : Theme.good) : key.down ? Theme.line : key.isWord ? Theme.ground : Theme.surface
                    border { width: key.isDone ? 0 : 2; color: Theme.line }
                }
                contentItem: Text {
                    textFormat: Text.PlainText
                    text: key.text
                    color: !key.enabled ? Theme.quiet : key.isDone ? Theme.onTone : Theme.ink
                    horizontalAlignment: Text.AlignHCenter
                    verticalAlignment: Text.AlignVCenter
                    fontSizeMode: Text.Fit
                    minimumPixelSize: 18
                    font { family: Theme.family; pixelSize: key.isDone ? pad.textPx + 6 : key.isWord ? pad.textPx : 34; bold: !key.isWord || key.isDone }
                }
            }
        }
    }
}
