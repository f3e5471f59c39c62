pragma ComponentBehavior: Bound
import QtQuick
import Theme

// What the shop shows while nobody is served: one page after the other, or, where nothing may move, one that
// stands still until the next customer has been.
Item {
    id: area
    objectName: "posters"

    required property list<var> posters
    required property bool motion
    required property int titlePx
    required property int detailPx

    property int at: 0
    readonly property var now: posters.length > 0 ? posters[at % posters.length] : null
    property int each: 7000

    onVisibleChanged: if (!visible) at += 1

    Timer {
        running: area.visible && area.motion && area.posters.length > 1
        interval: area.each
        repeat: true
        onTriggered: area.at += 1
    }
    Rectangle {
        id: card
        objectName: "poster"
        anchors.fill: parent
        radius: Theme.radius * 1.4
        // Without a picture the card itself has to be seen.
        color: picture.visible ? Theme.surface : Theme.unsureTint
        clip: true
        Accessible.role: Accessible.StaticText
        Accessible.name: area.now ? area.now.title + " " + area.now.price : ""

        readonly property bool beside: width > height * 1.6 && picture.visible
        readonly property int margin: 32
        readonly property int inset: 14
        readonly property real loud: picture.visible ? 1 : width > height ? 1.4 : 1.7

        Image {
            id: picture
            visible: source.toString() !== "" && status !== Image.Error
            source: area.now ? area.now.picture : ""
            sourceSize: Qt.size(800, 800)
            asynchronous: false
            fillMode: Image.PreserveAspectCrop
            x: card.inset
            y: card.inset
            width: card.beside ? card.width * 0.5 : card.width - 2 * card.inset
            height: card.beside ? card.height - 2 * card.inset : Math.max(0, card.height - words.height - 2 * card.margin - card.inset)
        }
        Column {
            id: words
            x: card.beside ? picture.width + card.inset + card.margin : card.margin
            y: picture.visible && !card.beside ? picture.height + card.inset + card.margin : (card.height - height) / 2
            width: card.width - x - card.margin
            spacing: 10

            Text {
                textFormat: Text.PlainText
                width: parent.width
                text: area.now ? Theme.held(area.now.title) : ""
                color: Theme.ink
                wrapMode: Text.Wrap
                horizontalAlignment: card.beside ? Text.AlignLeft : Text.AlignHCenter
                font { family: Theme.family; pixelSize: area.titlePx * card.loud; bold: true }
            }
            Text {
                textFormat: Text.PlainText
                width: parent.width
                visible: text !== ""
                text: area.now ? area.now.detail : ""
                color: Theme.quiet
                wrapMode: Text.Wrap
                horizontalAlignment: card.beside ? Text.AlignLeft : Text.AlignHCenter
                font { family: Theme.family; pixelSize: area.detailPx * Math.min(1.3, card.loud) }
            }
            Row {
                visible: area.now !== null && area.now.price !== ""
                x: card.beside ? 0 : (parent.width - width) / 2
                spacing: 20
                Text {
                    textFormat: Text.PlainText
                    id: price
                    text: area.now ? area.now.price : ""
                    color: Theme.bad
                    font { family: Theme.family; pixelSize: area.titlePx * 1.4 * card.loud; bold: true }
                }
                Text {
                    textFormat: Text.PlainText
                    anchors.baseline: price.baseline
                    visible: text !== ""
                    text: area.now ? area.now.was : ""
                    color: Theme.quiet
                    font { family: Theme.family; pixelSize: area.detailPx; strikeout: true }
                }
            }
        }
    }
}
