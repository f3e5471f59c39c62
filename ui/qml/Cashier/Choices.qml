pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Theme

// Rows to take one from: a finger, or arrow keys and Return. A row without a wish is only read.
ListView {
    id: rows

    required property list<var> choices
    required property int textPx
    // Beside a question each row that is seen counts.
    property bool tight: false
    signal picked(string intent, string value)

    model: choices
    clip: true
    boundsBehavior: Flickable.StopAtBounds
    // A few are written larger.
    readonly property real linesHigh: choices.some(choice => choice.title !== "") ? 3.4 : 1.8
    readonly property int fontPx: count * Math.max(88, textPx * linesHigh + 24) <= height ? textPx * 1.2 : textPx
    ScrollBar.vertical: Thread { view: rows }

    // To the next row that can be taken, from the one that the keyboard is on; where none can, the list moves.
    function step(by: int) {
        let at = choices.findIndex((_, n) => itemAtIndex(n) !== null && itemAtIndex(n).activeFocus);
        if (at < 0 && by < 0)
            at = count;
        for (let n = at + by; n >= 0 && n < count; n += by) {
            if (choices[n].intent === "")
                continue;
            positionViewAtIndex(n, ListView.Contain);
            forceLayout();
            itemAtIndex(n).forceActiveFocus(Qt.TabFocusReason);
            return;
        }
        if (choices.every(choice => choice.intent === ""))
            contentY = Math.max(0, Math.min(contentHeight - height, contentY + by * height / 2));
    }

    delegate: AbstractButton {
        id: row
        required property int index
        required property var modelData
        objectName: "choice-" + modelData.value
        width: ListView.view.width
        height: Math.max(rows.fontPx > rows.textPx ? 88 : 72, words.implicitHeight + (rows.tight ? 0 : 24))
        enabled: modelData.intent !== ""
        // A row is shown whole or not at all.
        opacity: y >= ListView.view.contentY - 1 && y + height <= ListView.view.contentY + ListView.view.height + 1 ? 1 : 0
        text: modelData.title + " " + modelData.amount + " " + modelData.detail
        focusPolicy: Qt.TabFocus
        Accessible.role: Accessible.ListItem
        Accessible.name: text
        Keys.onReturnPressed: click()
        Keys.onEnterPressed: click()
        Keys.onShortcutOverride: event => event.accepted = event.key === Qt.Key_Return || event.key === Qt.Key_Enter
        // Where the keyboard is, there is something to see.
        onActiveFocusChanged: if (activeFocus) rows.positionViewAtIndex(index, ListView.Contain)
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
                    text: Theme.held(row.modelData.title)
                    color: Theme.ink
                    wrapMode: Text.Wrap
                    font { family: Theme.family; pixelSize: rows.fontPx }
                }
                Text {
                    textFormat: Text.PlainText
                    width: parent.width
                    text: Theme.held(row.modelData.detail)
                    color: Theme.color(row.modelData.tone)
                    wrapMode: Text.Wrap
                    font { family: Theme.family; pixelSize: rows.fontPx - 2; bold: true }
                }
            }
            Text {
                textFormat: Text.PlainText
                id: amount
                anchors { right: parent.right; verticalCenter: parent.verticalCenter }
                text: row.modelData.amount
                color: Theme.ink
                font { family: Theme.family; pixelSize: rows.fontPx + 2; bold: true }
            }
        }
    }
}
