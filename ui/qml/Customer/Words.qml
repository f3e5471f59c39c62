import QtQuick
import Theme

// One sentence, and what to do about it.
Column {
    id: words

    required property string headline
    required property string detail
    required property string tone
    required property int headlinePx
    required property int detailPx
    required property int alignment

    spacing: 12

    Text {
        textFormat: Text.PlainText
        objectName: "headline"
        width: parent.width
        text: Theme.held(words.headline)
        color: Theme.color(words.tone)
        horizontalAlignment: words.alignment
        wrapMode: Text.Wrap
        font { family: Theme.family; pixelSize: words.headlinePx; bold: true }
        Accessible.role: Accessible.AlertMessage
        Accessible.name: words.headline
    }
    Text {
        textFormat: Text.PlainText
        width: parent.width
        visible: text !== ""
        text: Theme.held(words.detail)
        color: words.tone === "plain" ? Theme.quiet : Theme.ink
        horizontalAlignment: words.alignment
        wrapMode: Text.Wrap
        font { family: Theme.family; pixelSize: words.detailPx }
    }
}
