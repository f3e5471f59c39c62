import QtQuick

// Whose window this is; or, where it is marked, what it must not be taken for.
Rectangle {
    id: title

    required property string shop
    required property string mark
    required property int textPx
    readonly property bool marked: mark !== ""

    radius: Theme.radius / 2
    color: marked ? Theme.practice : "transparent"

    ShopName {
        objectName: title.marked ? "mark" : "shop"
        anchors { fill: parent; leftMargin: title.marked ? 16 : 0; rightMargin: title.marked ? 16 : 0 }
        text: title.marked ? title.mark : title.shop
        color: title.marked ? Theme.onTone : Theme.ink
        fullPx: title.textPx
        Accessible.role: title.marked ? Accessible.AlertMessage : Accessible.StaticText
        Accessible.name: text
    }
}
