import QtQuick

// Round the whole window, on every page alike: seen from across the shop.
Rectangle {
    z: 1
    color: "transparent"
    border { width: 12; color: Theme.practice }
}
