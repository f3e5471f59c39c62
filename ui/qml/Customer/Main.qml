pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Window
import Hyla
import Theme

// The customer's window: wires the store to the leaves. Pages are arrangements, not states of payment.
Window {
    id: window

    required property WindowStore store
    required property PreviewSource source

    readonly property bool landscape: width > height
    readonly property real textScale: store.largeText ? Theme.largeScale : 1
    readonly property real titleScale: store.largeText ? Theme.largeTitleScale : 1
    // Words on the left, the rest on the right; a long text and a promotion have the whole width.
    readonly property bool beside: landscape && store.page !== "text" && !(shows && store.page === "welcome")
    readonly property int margin: 40
    readonly property int leftWidth: landscape ? width * 0.42 : width - 2 * margin
    readonly property int alignment: landscape ? Text.AlignLeft : Text.AlignHCenter
    readonly property bool verdict: ["wait", "result", "fault"].includes(store.page)

    readonly property bool shows: store.posters.length > 0
    readonly property bool offers: store.page === "result" && store.codes.length > 0

    // Pages with much on them and no amount: the words stand where it would.
    readonly property bool roomy: !amount.visible && (shows || store.low || ["terms", "text", "digits", "setup", "code"].includes(store.page))

    // Digits live here and nowhere else; they go with the tap, or with the page.
    property string typed: ""
    readonly property bool keyed: store.digitsWanted > 0
    readonly property bool hasNext: store.actions.some(action => action.intent === "give_digits")
    onKeyedChanged: typed = ""

    function want(intent: string) {
        if (intent === "give_digits") {
            const digits = typed;
            typed = "";
            store.tap(intent, digits);
        } else {
            store.tap(intent, "");
        }
    }

    // What has nothing to do with paying stands at the left's foot, or in a row above the actions.
    readonly property bool asideBelow: beneath.visible && (!beside || store.low)
    readonly property real foot: actions.visible ? actions.y - 12 : height - margin

    // For whoever sits: nothing to touch above this line, and the words may stay where they are.
    readonly property int highest: store.low ? height / 3 + 8 : 0
    // A promotion as broad as the window has its room between the words and all that is touched.
    readonly property bool cornerBelow: store.low && landscape && shows && store.page === "welcome"

    color: verdict ? Theme.tint(store.tone) : Theme.ground

    Frame {
        anchors.fill: parent
        visible: window.store.mark !== ""
    }
    Title {
        anchors { left: parent.left; leftMargin: window.margin; right: window.store.low ? parent.right : corner.left; rightMargin: window.store.low ? window.margin : Theme.gap; top: parent.top; topMargin: 16 }
        height: corner.height
        shop: window.store.shop
        mark: window.store.mark
        textPx: 30 * window.titleScale
    }
    ActionRow {
        id: corner
        x: window.store.low && (window.beside || window.cornerBelow) ? window.margin : window.width - window.margin - width
        y: !window.store.low ? 16 : window.cornerBelow ? window.height - window.margin - height : window.beside ? window.height - 16 - height : Math.max(window.highest, words.y + words.height + 8)
        width: implicitWidth
        height: Theme.touch
        fill: false
        compact: true
        actions: window.store.corner
        textPx: 26 * window.titleScale
        onTapped: intent => window.want(intent)
    }

    Amount {
        id: amount
        x: window.margin
        y: 116
        width: window.leftWidth
        height: window.landscape ? 170 : 190
        label: window.store.amountLabel
        amount: window.store.amount
        labelPx: 28 * window.textScale
        amountPx: window.landscape ? 96 : 120
        alignment: window.alignment
    }

    Words {
        id: words
        x: window.margin
        y: window.roomy ? amount.y : amount.y + amount.height + (window.landscape ? 20 : 12)
        width: window.beside ? window.leftWidth : window.width - 2 * window.margin
        headline: window.store.headline
        detail: window.store.detail
        tone: window.store.tone
        // Who is only greeted is greeted from across the shop.
        headlinePx: fullSize.headlinePx * (window.store.low && window.beside && y + fullSize.height > corner.y - 8 ? 0.8 : 1)
        detailPx: 32 * window.textScale
        alignment: window.alignment
    }

    // As large as they would be; where the switches stand below them they may have to be smaller.
    Words {
        id: fullSize
        visible: false
        width: words.width
        headline: words.headline
        detail: words.detail
        tone: words.tone
        headlinePx: (window.landscape ? 46 : 52) * window.titleScale * (window.store.page === "welcome" && !window.shows ? 1.5 : 1)
        detailPx: words.detailPx
        alignment: words.alignment
    }

    Item {
        id: stage
        x: window.beside ? window.margin * 2 + window.leftWidth : window.margin
        y: window.beside ? Math.max(amount.y, window.highest) : window.store.low && !window.cornerBelow ? corner.y + corner.height + 8 : words.y + words.height + 20
        width: window.width - x - window.margin
        height: (window.asideBelow ? beneath.y - 12 : window.cornerBelow ? corner.y - 12 : countdown.aside ? actions.y - 12 : countdown.y - (countdown.visible ? 8 : 28)) - y

        Mark {
            anchors.centerIn: parent
            width: Math.min(parent.height * (shines ? 0.66 : 1), parent.width, 300)
            shines: window.store.tone === "good"
            sign: window.store.sign
            tone: window.store.tone === "plain" ? "busy" : window.store.tone
            visible: window.verdict && sign !== "" && !window.offers
        }
        Row {
            anchors.centerIn: parent
            spacing: 48
            visible: window.store.page === "welcome" && !window.shows
            Repeater {
                model: window.store.ways
                Rectangle {
                    id: disc
                    required property string modelData
                    width: Math.min(330, stage.width / 2 - 24, stage.height)
                    height: width
                    radius: width / 2
                    color: Theme.surface
                    Icon {
                        anchors.centerIn: parent
                        width: parent.width * 0.5
                        height: width
                        name: disc.modelData
                        color: Theme.good
                    }
                }
            }
        }
        Rectangle {
            anchors.fill: parent
            visible: window.store.page === "basket"
            radius: Theme.radius * 1.4
            color: Theme.surface
            BasketRows {
                anchors { fill: parent; margins: 24; topMargin: 12; bottomMargin: 12 }
                goods: window.store.lines
                textPx: 28 * window.textScale
                roomyPx: window.landscape ? 28 : 32
            }
        }
        Tiles {
            anchors.fill: parent
            visible: window.store.page === "choose" || window.store.page === "setup"
            choices: window.store.tiles
            textPx: 36 * window.titleScale
            onTapped: intent => window.want(intent)
        }
        Setup {
            anchors.fill: parent
            visible: window.store.page === "setup"
            figures: visible ? window.store.figures : []
            picture: visible ? window.store.picture : []
            textPx: 32 * window.textScale
        }
        CodeBelow {
            anchors.fill: parent
            visible: window.store.page === "code"
        }
        Posters {
            anchors.fill: parent
            visible: window.store.page === "welcome" && window.shows
            posters: window.store.posters
            motion: window.store.motion
            titlePx: 44 * window.titleScale
            detailPx: 30 * window.textScale
        }
        Codes {
            anchors.fill: parent
            visible: window.offers
            codes: window.store.codes
            textPx: 28 * window.titleScale
        }
        Ticks {
            anchors.fill: parent
            visible: window.store.page === "terms"
            ticks: window.store.ticks
            others: window.store.tiles
            textPx: 32 * window.textScale
            onTapped: (intent, value) => window.store.tap(intent, value)
        }
        LongText {
            anchors.fill: parent
            visible: window.store.page === "text"
            text: window.store.body
            textPx: 40 * window.textScale
        }
        PersonCard {
            anchors.fill: parent
            visible: window.store.page === "confirm" && window.store.member === ""
            person: window.store.person
            textPx: 40 * window.titleScale
        }
        Loader {
            anchors.fill: parent
            active: window.store.page === "confirm" && window.store.member !== ""
            sourceComponent: Benefits {
                benefits: window.store.benefits
                person: window.store.person
                member: window.store.member
                textPx: 30 * window.titleScale
                onTapped: value => window.store.tap("switch_benefit", value)
            }
        }
        Loader {
            anchors.fill: parent
            active: window.store.preview
            sourceComponent: FacePicture {
                source: window.source
                progressPct: window.store.progressPct
            }
        }
        Keypad {
            anchors.fill: parent
            visible: window.keyed
            wanted: window.store.digitsWanted
            shown: window.store.digitsShown
            clearWord: window.store.printed.clear
            backWord: window.store.printed.back
            wordPx: 30 * window.textScale
            typed: window.typed
            wide: window.store.low && window.beside
            onEdited: digits => {
                window.typed = digits;
                if (digits.length === window.store.digitsWanted && !window.hasNext)
                    window.want("give_digits");
            }
        }
    }

    Text {
        textFormat: Text.PlainText
        id: countdown
        objectName: "countdown"
        // Where the room is short it stands beside the switches.
        readonly property bool aside: window.store.low && actions.visible
        x: aside && window.beside ? corner.x + corner.width + Theme.gap : !aside && window.asideBelow ? beneath.x + beneath.width + Theme.gap : stage.x
        width: !aside ? stage.x + stage.width - x : window.beside ? window.margin + window.leftWidth - x : corner.x - x - Theme.gap
        y: !aside && window.asideBelow ? beneath.y + (beneath.height - height) / 2 : aside ? corner.y + (corner.height - height) / 2 : (actions.visible ? actions.y : window.height - window.margin) - (visible ? height + 12 : 0)
        visible: text !== ""
        text: window.store.countdown
        color: Theme.quiet
        horizontalAlignment: Text.AlignHCenter
        font { family: Theme.family; pixelSize: 28 * window.textScale }
    }

    ActionRow {
        id: beneath
        x: !window.asideBelow ? window.margin : actions.visible ? stage.x : stage.x + (stage.width - width) / 2
        y: (window.asideBelow ? window.foot : window.height - window.margin) - height
        width: Math.min(implicitWidth, window.leftWidth)
        height: Theme.touch
        visible: window.store.aside.length > 0
        actions: window.store.aside
        textPx: 26 * window.titleScale
        onTapped: intent => window.want(intent)
    }

    ActionRow {
        id: actions
        x: stage.x
        y: window.height - window.margin - height
        width: stage.width
        height: 108
        visible: window.store.actions.length > 0
        actions: window.store.actions
        textPx: 34 * window.titleScale
        held: window.keyed && window.typed.length < window.store.digitsWanted ? "give_digits" : ""
        onTapped: intent => window.want(intent)
    }
}
