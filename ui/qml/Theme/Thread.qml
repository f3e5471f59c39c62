import QtQuick
import QtQuick.Controls.Basic

// Beside a list that is longer than its place: how much there is, and where one is. It stands outside the
// rows, so that they end where everything else on the card ends.
ScrollBar {
    id: thread

    required property Flickable view

    parent: view.parent
    x: view.x + view.width + 6
    y: view.y
    height: view.height
    policy: view.contentHeight > view.height + 1 ? ScrollBar.AlwaysOn : ScrollBar.AlwaysOff
    visible: view.visible && policy === ScrollBar.AlwaysOn
}
