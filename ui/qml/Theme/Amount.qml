import QtQuick

// The amount, always at the same place. Never cut: it rather gets smaller.
Item {
    id: area

    required property string label
    required property string amount
    required property int labelPx
    required property int amountPx
    required property int alignment

    visible: amount !== "" || label !== ""
    Accessible.role: Accessible.StaticText
    Accessible.name: label + " " + amount

    Text {
        textFormat: Text.PlainText
        id: caption
        width: parent.width
        text: area.label
        color: Theme.quiet
        horizontalAlignment: area.alignment
        font { family: Theme.family; pixelSize: area.labelPx }
    }
    Text {
        textFormat: Text.PlainText
        objectName: "amount"
        anchors.top: caption.bottom
        anchors.bottom: parent.bottom
        width: parent.width
        text: area.amount === "" ? "—" : area.amount
        color: area.amount === "" ? Theme.quiet : Theme.ink
        horizontalAlignment: area.alignment
        verticalAlignment: Text.AlignVCenter
        fontSizeMode: Text.Fit
        minimumPixelSize: 24
        font { family: Theme.family; pixelSize: area.amountPx; bold: true }
    }
}
