import QtQuick

// The shop and its till beside the small wishes: on one line if the letters stay readable, else on two.
Text {
    textFormat: Text.PlainText
    id: name

    required property int fullPx
    readonly property int leastPx: 22

    color: Theme.ink
    wrapMode: oneLine.width * leastPx <= width * oneLine.font.pixelSize ? Text.NoWrap : Text.Wrap
    fontSizeMode: Text.Fit
    minimumPixelSize: 18
    verticalAlignment: Text.AlignVCenter
    font { family: Theme.family; pixelSize: name.fullPx; bold: true }

    TextMetrics {
        id: oneLine
        font { family: Theme.family; pixelSize: 100; bold: true }
        text: name.text
    }
}
