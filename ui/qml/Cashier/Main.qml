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
    readonly property int sideHeight: portrait ? (question.active ? Math.min(600, devices.y - 28 - notice.y - notice.height) : height * 0.27) : devices.y - 16 - amount.y
    readonly property int sideY: devices.y - 16 - sideHeight
    readonly property bool besides: question.active || figuresAside || !store.office
    readonly property int mainBottom: portrait && besides ? sideY - 12 : devices.y - 16
    readonly property int leftWidth: portrait ? width - 2 * margin : width - sideWidth - 2 * margin - 24
    // Behind the till the right side belongs to what is typed, or to the figures beside a list; else to nobody.
    readonly property bool figuresAside: store.office && !question.active && store.figures.length > 0 && store.choices.length > 0
    readonly property int wordsWidth: store.office && !question.active && !figuresAside ? width - 2 * margin : leftWidth

    color: Theme.ground

    // A button that answers the question takes along what was typed: nobody loses it by pressing the button.
    function want(intent: string) {
        const pad = question.item as NumberPad;
        if (pad !== null && intent === store.question.intent)
            pad.give();
        else
            store.tap(intent, "");
    }

    // The keyboard is the cashier's, also while a finger is on the customer's window.
    Instantiator {
        model: window.store.actions
        delegate: Shortcut {
            required property var modelData
            sequence: modelData.keys
            enabled: modelData.enabled && modelData.keys !== ""
            autoRepeat: false
            context: Qt.ApplicationShortcut
            onActivated: window.want(modelData.intent)
        }
    }

    Text {
        textFormat: Text.PlainText
        id: shop
        anchors { left: parent.left; leftMargin: window.margin; right: corner.left; rightMargin: Theme.gap; verticalCenter: corner.verticalCenter }
        height: corner.height
        text: window.store.shop
        color: Theme.ink
        wrapMode: Text.Wrap
        fontSizeMode: Text.Fit
        minimumPixelSize: 18
        verticalAlignment: Text.AlignVCenter
        font { family: Theme.family; pixelSize: 26 * window.titleScale; bold: true }
    }
    ActionRow {
        id: corner
        anchors { right: parent.right; rightMargin: window.margin; top: parent.top; topMargin: 16 }
        height: 56
        fill: false
        actions: window.store.corner
        textPx: 22 * window.titleScale
        onTapped: intent => window.store.tap(intent, "")
    }

    Amount {
        id: amount
        x: window.margin
        y: 84
        width: window.leftWidth
        height: 136
        label: window.store.amountLabel
        amount: window.store.amount
        labelPx: 24 * window.textScale
        amountPx: 96
        alignment: Text.AlignLeft
    }

    Banner {
        id: banner
        x: window.margin
        y: window.store.office && !amount.visible ? amount.y : amount.y + amount.height + 12
        width: window.wordsWidth
        sign: window.store.sign
        tone: window.store.tone
        headline: window.store.headline
        detail: window.store.detail
        since: window.store.since
        headlinePx: 36 * window.titleScale
        detailPx: 24 * window.textScale
    }
    Rectangle {
        id: notice
        x: window.margin
        y: banner.y + banner.height + 12
        width: window.wordsWidth
        height: visible ? noticeWords.implicitHeight + 24 : 0
        visible: window.store.notice !== ""
        radius: Theme.radius / 2
        color: Theme.unsureTint
        Text {
            textFormat: Text.PlainText
            id: noticeWords
            anchors { left: parent.left; right: parent.right; leftMargin: 24; rightMargin: 24; verticalCenter: parent.verticalCenter }
            text: "▲ " + window.store.notice
            color: Theme.unsure
            wrapMode: Text.Wrap
            font { family: Theme.family; pixelSize: 24 * window.textScale; bold: true }
            Accessible.role: Accessible.AlertMessage
            Accessible.name: window.store.notice
        }
    }

    Panel {
        x: window.margin
        y: notice.y + notice.height + (notice.visible ? 12 : 0)
        width: window.leftWidth
        height: window.mainBottom - y
        visible: height >= 110 * window.textScale && !window.store.office
        title: window.store.printed.goods
        none: window.store.printed.goodsNone
        empty: window.store.lines.length === 0
        textPx: 22 * window.textScale
        BasketRows {
            anchors.fill: parent
            goods: window.store.lines
            textPx: 24 * window.textScale
        }
    }
    Panel {
        id: desk
        x: window.margin
        y: notice.y + notice.height + (notice.visible ? 12 : 0)
        width: window.wordsWidth
        height: window.mainBottom - y
        visible: window.store.office && (window.store.figures.length > 0 || window.store.choices.length > 0)
        title: ""
        none: ""
        empty: false
        textPx: 4
        Figures {
            anchors.fill: parent
            visible: !window.figuresAside && window.store.choices.length === 0
            figures: visible ? window.store.figures : []
            textPx: 22 * window.textScale
        }
        Choices {
            anchors.fill: parent
            choices: window.store.choices
            textPx: 22 * window.textScale
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
    Loader {
        id: question
        x: window.width - window.margin - width
        y: window.sideY
        width: window.sideWidth
        height: window.sideHeight
        active: window.store.question.intent !== undefined
        focus: active
        sourceComponent: NumberPad {
            focus: true
            label: window.store.question.label
            secret: window.store.question.kind === "pin"
            point: window.store.question.kind !== "pin"
            clearWord: window.store.printed.clear
            backWord: window.store.printed.back
            doneWord: window.store.printed.done
            textPx: 22 * window.textScale
            onGiven: words => window.store.tap(window.store.question.intent, words)
        }
    }
    Panel {
        visible: !question.active && !window.store.office
        x: window.width - window.margin - width
        y: window.sideY
        width: window.sideWidth
        height: window.sideHeight
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
        y: actions.y - 16 - height
        width: window.width - 2 * window.margin
        devices: window.store.signs
        faults: window.store.faults
        textPx: 21 * window.textScale
    }
    ActionRow {
        id: actions
        x: window.margin
        y: window.height - 24 - height
        width: window.width - 2 * window.margin
        height: 92
        fill: false
        actions: window.store.actions
        textPx: 28 * window.titleScale
        keyPx: window.portrait && window.store.actions.length > 3 ? 0 : 20 * window.titleScale
        onTapped: intent => window.want(intent)
    }
}
