import QtQuick
import Theme

// What is going on, in one sentence; what to mind, in another; since when.
Rectangle {
    id: banner

    required property string sign
    required property string tone
    required property string headline
    required property string detail
    required property string since
    required property int headlinePx
    required property int detailPx
    // Little above and below the words.
    property bool slim: false
    readonly property real sinceWidth: since.visible ? since.width + 24 : 0

    implicitHeight: Math.max(slim ? 80 : 112, words.implicitHeight + (slim ? 16 : 40))
    radius: Theme.radius
    color: Theme.tint(tone)
    border { color: tone === "plain" ? Theme.line : Theme.color(tone); width: 2 }

    Mark {
        id: mark
        anchors { left: parent.left; leftMargin: 24; verticalCenter: parent.verticalCenter }
        width: 72
        sign: banner.sign
        tone: banner.tone
    }
    Column {
        id: words
        anchors { left: mark.visible ? mark.right : parent.left; leftMargin: 24; right: parent.right; rightMargin: 24; verticalCenter: parent.verticalCenter }
        spacing: 4
        Text {
            textFormat: Text.PlainText
            objectName: "headline"
            width: parent.width - (note.visible ? 0 : banner.sinceWidth)
            text: Theme.held(banner.headline)
            color: Theme.color(banner.tone)
            wrapMode: Text.Wrap
            font { family: Theme.family; pixelSize: banner.headlinePx; bold: true }
            Accessible.role: Accessible.AlertMessage
            Accessible.name: banner.headline
        }
        Text {
            textFormat: Text.PlainText
            id: note
            width: parent.width - banner.sinceWidth
            visible: text !== ""
            text: Theme.held(banner.detail)
            color: Theme.ink
            wrapMode: Text.Wrap
            font { family: Theme.family; pixelSize: banner.detailPx }
        }
    }
    Text {
        textFormat: Text.PlainText
        id: since
        objectName: "since"
        anchors { right: parent.right; rightMargin: 24 }
        // Beside what is to be minded, so that the sentence above has the whole line.
        y: note.visible ? words.y + note.y : (parent.height - height) / 2
        visible: text !== ""
        text: banner.since
        color: Theme.ink
        font { family: Theme.family; pixelSize: banner.detailPx }
    }
}
