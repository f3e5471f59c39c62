pragma ComponentBehavior: Bound
import QtQml
import QtQuick
import QtQuick.Window
import Hyla
import Theme

// The cashier's window: wires the store to the leaves. Every button has a key, every key a button.
Window {
    id: window

    required property WindowStore store

    readonly property real textScale: store.largeText ? Theme.largeScale : 1
    readonly property real titleScale: store.largeText ? Theme.largeTitleScale : 1
    readonly property int margin: 32
    // What stands beside the goods in landscape stands below them in portrait.
    readonly property bool portrait: height > width
    readonly property int sideWidth: portrait ? width - 2 * margin : Math.max(380, width * 0.31)
    // A pad is as high as fingers want it, or lower where rows have to stand above it.
    readonly property int padHeight: store.choices.length > 0 || !store.office ? 340 : 600
    readonly property int sideHeight: portrait ? (question.active ? Math.min(padHeight, room) : ordersHeight) : sideBottom - top
    readonly property int sideBottom: devices.y + (question.active ? devices.signsY : 0) - 16
    // The goods of this sale come before the orders of earlier ones: three rows of them before any order.
    readonly property int goodsNeed: Math.max(120, store.lines.length * 51 + 64) * textScale
    readonly property int threeRows: Math.ceil(Math.min(3, store.lines.length) * (24 * 1.45 * textScale + 16))
    readonly property int ordersLeast: 150 * textScale
    readonly property int room: devices.y - 28 - notice.y - notice.height
    readonly property bool ordersFit: !portrait || ordersFirst || room - threeRows - 12 >= ordersLeast
    readonly property int ordersHeight: Math.min(height * 0.27, store.office ? room : Math.max(ordersLeast, room - goodsNeed))
    readonly property int sideY: portrait ? devices.y - 16 - sideHeight : top
    readonly property bool besides: question.active || figuresAside || charted || (!store.office && ordersFit)
    // Large text in landscape: what is going on stands beside the amount, and the rows have the room below.
    readonly property bool band: !portrait && store.largeText && amount.visible && !question.active
    readonly property int top: band ? Math.max(amount.y + amount.height, banner.y + banner.height) + step : amount.y
    // Where there is something to mind beside the goods, their rows are worth more than what is known anyway.
    readonly property bool dense: !store.office && store.lines.length > 0 && (notice.visible || store.faults.length > 0)
    readonly property bool crowded: dense && question.active
    readonly property int step: dense ? 8 : 12
    readonly property int mainBottom: portrait && besides ? sideY - 12 : devices.y - (dense ? 8 : 16)
    readonly property int leftWidth: portrait ? width - 2 * margin : width - sideWidth - 2 * margin - 24
    // Behind the till the right side belongs to what is typed, or to the figures beside a list; else to nobody.
    readonly property bool figuresAside: store.office && !question.active && store.figures.length > 0 && (store.choices.length > 0 || store.lines.length > 0)
    // At rest the last orders stand where the goods will, for the pad has their place.
    readonly property bool ordersFirst: !store.office && question.active && store.lines.length === 0
    readonly property bool charted: store.office && !question.active && store.bars.length > 0
    readonly property int wordsWidth: store.office && !question.active && !figuresAside && !charted ? width - 2 * margin : leftWidth

    // More buttons than a narrow row has room for stand in two.
    readonly property bool twoRows: store.actions.length > (portrait ? 5 : 6)
    readonly property int half: Math.ceil(store.actions.length / 2)
    readonly property list<var> lower: twoRows ? store.actions.slice(-half) : store.actions
    readonly property list<var> upper: twoRows ? store.actions.slice(0, -half) : []

    color: Theme.ground

    // A button that answers the question takes along what was typed: nobody loses it by pressing the button.
    // Neither does who presses one before which the question has to be answered.
    function want(intent: string, value: string) {
        const pad = question.item as NumberPad;
        if (pad !== null && (intent === store.question.intent || (intent === store.question.first && pad.typed !== "")))
            pad.give();
        else
            store.tap(intent, value);
    }

    // What is struck while the keyboard is on a button or a row, and says nothing there, is typed.
    readonly property list<Item> typing: question.item !== null ? [question.item as Item] : []

    // What a button of the page gives; of a PIN nothing is said again.
    readonly property string typed: question.item !== null && store.question.kind === "amount" ? (question.item as NumberPad).typed : ""

    // A button that goes while the keyboard is on it leaves it to the field.
    onActiveFocusItemChanged: {
        if (activeFocusItem === contentItem && typing.length > 0)
            typing[0].forceActiveFocus();
    }

    // The keyboard is the cashier's, also while a finger is on the customer's window. The keys stay, what they
    // mean changes: made anew with every page they would not be given back.
    readonly property list<var> wishes: [...store.actions, ...store.corner]
    Instantiator {
        model: Math.max(32, window.wishes.length)
        delegate: Shortcut {
            required property int index
            readonly property var wish: index < window.wishes.length ? window.wishes[index] : null
            // One key, also beside the digits; on some keyboards plus is above another sign.
            sequences: wish === null ? [] : wish.keys === "Return" ? ["Return", "Enter"] : wish.keys === "+" ? ["+", "Shift++"] : [wish.keys]
            enabled: wish !== null && wish.enabled && wish.keys !== ""
            autoRepeat: false
            // Return presses what the customer's keyboard is on; every other key is the cashier's alone.
            context: wish !== null && wish.keys === "Return" ? Qt.WindowShortcut : Qt.ApplicationShortcut
            onActivated: window.want(wish.intent, wish.value)
        }
    }
    // The line of the basket before or after the one that is chosen; behind the till the row of the list, or a
    // receipt and figures that are longer than their place.
    function along(by: int) {
        if (basketRows.at >= 0)
            basketRows.step(by);
        else if (store.choices.length > 0)
            choices.step(by);
        else
            for (const long of [receipt, figures])
                long.contentY = Math.max(0, Math.min(long.contentHeight - long.height, long.contentY + by * long.height / 2));
    }
    Instantiator {
        model: [{ key: "Up", by: -1 }, { key: "Down", by: 1 }]
        delegate: Shortcut {
            required property var modelData
            sequence: modelData.key
            enabled: basketRows.at >= 0 || window.store.office
            context: Qt.ApplicationShortcut
            onActivated: window.along(modelData.by)
        }
    }
    // Whoever scans or types has the keyboard, also when the last finger was on the customer's window.
    Connections {
        target: window.store
        function onLinesChanged() {
            if (question.active && window.store.lines.length > 0)
                window.requestActivate();
        }
    }

    Frame {
        anchors.fill: parent
        visible: window.store.mark !== ""
    }
    Title {
        anchors { left: parent.left; leftMargin: window.margin; right: corner.left; rightMargin: Theme.gap; verticalCenter: corner.verticalCenter }
        height: corner.height
        shop: window.store.shop
        mark: window.store.mark
        textPx: 26 * window.titleScale
    }
    ActionRow {
        id: corner
        anchors { right: parent.right; rightMargin: window.margin; top: parent.top; topMargin: 16 }
        height: 56
        fill: false
        compact: true
        actions: window.store.corner
        textPx: 22 * window.titleScale
        keyPx: 15
        Keys.forwardTo: window.typing
        onTapped: intent => window.store.tap(intent, "")
    }

    Amount {
        id: amount
        x: window.margin
        y: 84
        width: !window.portrait && window.store.largeText ? 500 : window.leftWidth
        height: 136
        label: window.store.amountLabel
        amount: window.store.amount
        labelPx: 24 * window.textScale
        amountPx: 96
        alignment: Text.AlignLeft
    }

    Banner {
        id: banner
        x: window.band ? amount.x + amount.width + 24 : window.margin
        y: window.band || !amount.visible ? amount.y : amount.y + amount.height + window.step
        width: window.band ? window.width - window.margin - x : window.wordsWidth
        height: Math.max(implicitHeight, window.band ? amount.height : 0)
        slim: window.dense
        sign: window.store.sign
        tone: window.store.tone
        headline: window.store.headline
        detail: window.crowded ? "" : window.store.detail
        since: window.store.since
        headlinePx: 36 * window.titleScale
        detailPx: 24 * window.textScale
    }
    Rectangle {
        id: notice
        x: window.margin
        y: window.band ? window.top : banner.y + banner.height + window.step
        width: window.wordsWidth
        height: visible ? noticeWords.implicitHeight + (window.dense ? 12 : 24) : 0
        visible: window.store.notice !== ""
        radius: Theme.radius / 2
        color: Theme.unsureTint
        Text {
            textFormat: Text.PlainText
            id: noticeWords
            anchors { left: parent.left; right: parent.right; leftMargin: 24; rightMargin: 24; verticalCenter: parent.verticalCenter }
            text: Theme.held("▲ " + window.store.notice)
            color: Theme.unsure
            wrapMode: Text.Wrap
            font { family: Theme.family; pixelSize: 24 * window.textScale; bold: true }
            Accessible.role: Accessible.AlertMessage
            Accessible.name: window.store.notice
        }
    }

    Panel {
        x: window.margin
        y: notice.y + notice.height + (notice.visible ? window.step : 0)
        width: window.leftWidth
        height: window.mainBottom - y
        visible: height >= (narrow ? 32 + 36 * window.textScale : 110 * window.textScale) && !window.store.office && !window.ordersFirst
        // Where three rows and a title have no room each row counts; what they are is plain.
        readonly property bool narrow: question.active || (window.store.lines.length > 0 && height < window.threeRows + 40 + 33 * window.textScale)
        tight: narrow
        title: narrow ? "" : window.store.printed.goods
        none: window.store.printed.goodsNone
        empty: window.store.lines.length === 0
        textPx: narrow ? 4 : 22 * window.textScale
        BasketRows {
            id: basketRows
            anchors.fill: parent
            goods: window.store.office ? [] : window.store.lines
            textPx: 24 * window.textScale
            rowGap: window.dense && window.store.largeText ? 6 : 16
            onPicked: value => window.store.tap("pick_line", value)
        }
    }
    Panel {
        id: desk
        x: window.margin
        y: notice.y + notice.height + (notice.visible ? window.step : 0)
        width: window.wordsWidth
        height: window.mainBottom - y
        visible: height >= 80 && window.store.office && (window.store.figures.length > 0 || window.store.choices.length > 0 || window.store.lines.length > 0)
        title: ""
        none: ""
        empty: false
        textPx: 4
        Figures {
            id: figures
            anchors.fill: parent
            visible: !window.figuresAside && window.store.choices.length === 0
            figures: visible ? window.store.figures : []
            textPx: 22 * window.textScale
        }
        // The goods of a receipt, from the first one on.
        BasketRows {
            id: receipt
            anchors.fill: parent
            visible: window.store.office
            fromStart: true
            goods: visible ? window.store.lines : []
            textPx: 22 * window.textScale
        }
        Choices {
            id: choices
            anchors.fill: parent
            choices: window.store.choices
            tight: question.active || window.twoRows
            textPx: 22 * window.textScale
            Keys.forwardTo: window.typing
            onPicked: (intent, value) => window.store.tap(intent, value)
        }
    }
    Panel {
        x: window.width - window.margin - width
        y: window.sideY
        width: window.sideWidth
        height: window.sideHeight
        visible: window.figuresAside
        title: ""
        none: ""
        empty: false
        textPx: 4
        Figures {
            anchors.fill: parent
            figures: window.figuresAside ? window.store.figures : []
            textPx: 20 * window.textScale
        }
    }
    Panel {
        x: window.width - window.margin - width
        y: window.sideY
        width: window.sideWidth
        height: window.sideHeight
        visible: window.charted
        title: ""
        none: ""
        empty: false
        textPx: 4
        Bars {
            anchors.fill: parent
            bars: window.charted ? window.store.bars : []
            textPx: 22 * window.textScale
        }
    }
    Loader {
        id: question
        x: window.width - window.margin - width
        y: window.sideY
        width: window.sideWidth
        height: window.sideHeight
        active: window.store.question.intent !== undefined
        focus: active
        // What is typed now is the cashier's, also when the last finger was on the customer's window.
        onLoaded: window.requestActivate()
        sourceComponent: NumberPad {
            focus: true
            label: window.store.question.label
            intent: window.store.question.intent
            secret: window.store.question.kind === "pin"
            point: window.store.question.kind !== "pin"
            colon: window.store.question.kind === "search"
            clearWord: window.store.printed.clear
            backWord: window.store.printed.back
            doneWord: window.store.printed.done
            textPx: 22 * window.textScale
            onGiven: words => window.store.tap(window.store.question.intent, words)
        }
    }
    Panel {
        visible: (window.ordersFit && !question.active || (window.ordersFirst && height >= 140 * window.textScale)) && !window.store.office
        x: window.ordersFirst ? window.margin : window.width - window.margin - width
        y: window.ordersFirst ? notice.y + notice.height + (notice.visible ? window.step : 0) : window.sideY
        width: window.ordersFirst ? window.leftWidth : window.sideWidth
        height: window.ordersFirst ? window.mainBottom - y : window.sideHeight
        title: window.store.printed.orders
        none: window.store.printed.ordersNone
        empty: window.store.orders.length === 0
        textPx: 22 * window.textScale
        OrderRows {
            anchors.fill: parent
            orders: window.store.orders
            textPx: 22 * window.textScale
        }
    }

    DeviceSigns {
        id: devices
        x: window.margin
        y: (more.visible ? more.y : actions.y) - 16 - height
        width: window.width - 2 * window.margin
        devices: window.store.signs
        // Goods keep their rows: one remedy at a time; every sign is there all the same.
        faults: window.dense ? window.store.faults.slice(0, 1) : window.store.faults
        // A pad stands beside the remedies, not above them.
        faultsWidth: question.active ? window.leftWidth : width
        textPx: 21 * window.textScale
    }
    ActionRow {
        id: actions
        x: window.margin
        y: window.height - 24 - height
        width: window.width - 2 * window.margin
        height: window.portrait ? 108 : 92
        fill: false
        columns: window.twoRows ? window.half : 0
        actions: window.lower
        typed: window.typed
        textPx: 28 * window.titleScale
        stacked: window.lower.length > (window.portrait ? 2 : window.store.largeText ? 4 : 6)
        keyPx: (stacked ? 16 : 20) * window.titleScale
        Keys.forwardTo: window.typing
        onTapped: (intent, value) => window.want(intent, value)
    }
    ActionRow {
        id: more
        x: window.margin
        y: actions.y - 12 - height
        width: actions.width
        height: actions.height
        visible: window.twoRows
        fill: false
        columns: window.half
        actions: window.upper
        typed: window.typed
        textPx: 28 * window.titleScale
        stacked: window.upper.length > (window.portrait ? 2 : window.store.largeText ? 4 : 6)
        keyPx: (stacked ? 16 : 20) * window.titleScale
        Keys.forwardTo: window.typing
        onTapped: (intent, value) => window.want(intent, value)
    }
}
