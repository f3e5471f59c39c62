pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic

// The goods, newest at the end and in sight; of a receipt the first ones. Few of them are written larger. Where
// rows can be chosen the one that is chosen is in sight, and a finger or the arrow keys choose another.
ListView {
    id: rows

    required property list<var> goods
    required property int textPx
    property int roomyPx: textPx
    property int rowGap: 16
    property bool fromStart: false
    readonly property int at: goods.findIndex(row => row.picked)
    // Names may need two lines: room is counted generously.
    readonly property bool roomy: roomyPx > textPx && count * (roomyPx * 2.2 + 28) <= height
    readonly property int fontPx: roomy ? roomyPx : textPx
    // The amounts stand in one column, and so do the quantities beside them.
    readonly property int amountWidth: goods.reduce((most, row) => Math.max(most, Math.ceil(metrics.advanceWidth(row.amount))), fontPx * 3.6)
    FontMetrics {
        id: metrics
        font { family: Theme.family; pixelSize: rows.fontPx }
    }
    signal picked(string value)

    model: goods
    clip: true
    spacing: 0
    boundsBehavior: Flickable.StopAtBounds
    ScrollBar.vertical: Thread { view: rows }
    onModelChanged: place()
    onCountChanged: place()
    onHeightChanged: place()
    function place() {
        forceLayout();
        bottomMargin = 0;
        if (fromStart) {
            positionViewAtBeginning();
            return;
        }
        positionViewAtEnd();
        wholeFirst();
        if (at >= 0)
            positionViewAtIndex(at, ListView.Contain);
    }
    // The first row that is whole stands at the top: what is empty is below.
    function wholeFirst() {
        for (let n = 0; n < count; n += 1) {
            const row = itemAtIndex(n);
            if (row !== null && row.y >= contentY - 1) {
                bottomMargin = row.y - contentY;
                contentY = row.y;
                return;
            }
        }
    }
    // To the neighbour, if there is one.
    function step(by: int) {
        const next = goods[at + by];
        if (at >= 0 && next !== undefined && next.value !== "")
            picked(next.value);
    }

    delegate: AbstractButton {
        id: row
        required property int index
        required property var modelData
        width: ListView.view.width
        // A row is shown whole or not at all.
        opacity: y >= ListView.view.contentY - 1 && y + height <= ListView.view.contentY + ListView.view.height + 1 ? 1 : 0
        height: Math.max(name.implicitHeight, amount.implicitHeight) + (rows.roomy ? 28 : rows.rowGap)
        objectName: modelData.value !== "" ? "line-" + modelData.value : "goods-" + index
        enabled: modelData.value !== ""
        focusPolicy: Qt.NoFocus
        text: modelData.name + " " + modelData.quantity + " " + modelData.amount
        Accessible.role: Accessible.ListItem
        Accessible.name: text
        Accessible.selected: modelData.picked
        onClicked: rows.picked(modelData.value)

        readonly property int margin: modelData.value !== "" ? 10 : 0
        background: Rectangle {
            visible: row.modelData.picked || row.down
            radius: Theme.radius / 2
            color: row.down ? Theme.line : Theme.busyTint
            border { width: row.modelData.picked ? 3 : 0; color: Theme.focus }
        }

        // Colour is never the only sign.
        Text {
            textFormat: Text.PlainText
            id: mark
            visible: row.modelData.picked
            anchors { left: parent.left; leftMargin: row.margin; verticalCenter: parent.verticalCenter }
            text: "→"
            color: Theme.focus
            font { family: Theme.family; pixelSize: rows.fontPx; bold: true }
        }
        Text {
            textFormat: Text.PlainText
            id: name
            anchors { left: mark.visible ? mark.right : parent.left; leftMargin: mark.visible ? 8 : row.margin; right: quantity.left; rightMargin: Theme.gap; verticalCenter: parent.verticalCenter }
            text: Theme.held(row.modelData.name)
            color: Theme.ink
            wrapMode: Text.Wrap
            font { family: Theme.family; pixelSize: rows.fontPx }
        }
        Text {
            textFormat: Text.PlainText
            id: quantity
            anchors { right: amount.left; rightMargin: Theme.gap * 1.5; verticalCenter: parent.verticalCenter }
            text: row.modelData.quantity
            color: Theme.quiet
            font { family: Theme.family; pixelSize: rows.fontPx }
        }
        Text {
            textFormat: Text.PlainText
            id: amount
            anchors { right: parent.right; rightMargin: row.margin; verticalCenter: parent.verticalCenter }
            width: rows.amountWidth
            horizontalAlignment: Text.AlignRight
            text: row.modelData.amount
            color: Theme.ink
            font { family: Theme.family; pixelSize: rows.fontPx }
        }
        Rectangle {
            visible: row.index > 0
            width: parent.width
            height: 1
            color: Theme.line
        }
    }
}
