"""What the gallery's pages of joining, of promotions and of codes show."""

from __future__ import annotations

from pathlib import Path

from agent.screens.contract import Code, Phrase, Poster

ROWS = (
    "111111100010100010111101001111111",
    "100000100011100110101010101000001",
    "101110101001001010011101001011101",
    "101110101001000001111001101011101",
    "101110101001011111010111001011101",
    "100000101111111000100110001000001",
    "111111101010101010101010101111111",
    "000000001110101010000111000000000",
    "101111100110011011000010101111100",
    "101001001100011000110111101101111",
    "101111100010011111101000101010110",
    "001010010001110110101110111011110",
    "111001110100101110101010000111010",
    "001001011111100101110001101000111",
    "101000101100101111000100011010010",
    "100001011000111100100100011100100",
    "101000110101101101000011010111001",
    "111111001011100010011101011101101",
    "110000101011110110100100011110110",
    "010100010000100000101111010111100",
    "100000101010100100111001100011010",
    "101000010010101110110101111001001",
    "100110111010110001000100000001110",
    "101100011011100010100110111001101",
    "100011111110010001000010111110010",
    "000000001111010011111000100010101",
    "111111100000011111000111101010110",
    "100000101110011101100111100011101",
    "101110101011000010001000111111000",
    "101110101010010101110010110011111",
    "101110101100111111000110001100100",
    "100000100001011100000111000011100",
    "111111101011111101001010100100010",
)
"""`https://shop.example/invoice?order=desk-01-7f3a-000012`, as the agent would send it."""
PURPOSES = {
    "zh": ("刷脸支付：在本机认出您，用于付款", "刷脸会员：在本机认出您，用于积分和优惠券"),
    "en": (
        "Pay by face: this terminal recognises you to pay",
        "Member by face: this terminal recognises you for points and coupons",
    ),
}
NOTICE = {
    "zh": "我们在本机内用您的面部特征认出您，仅用于您勾选的用途。照片不保存；"
    "面部特征加密后只存在本机，不上传互联网。"
    "您可随时在收银台撤回，撤回后立即删除并给您凭证。长期不使用会自动删除。不刷脸也能付款，服务不受影响。"
    "未满十四周岁须由监护人同意。",
    "en": "Inside this terminal we recognise you by features of your face, only for the purposes you tick. "
    "No photo is kept; the features are encrypted, stay in this terminal and are not sent over the "
    "internet. You may withdraw at the till at any time: they are deleted at once and you get a "
    "receipt. After a long absence they are deleted by themselves. You can always pay without your "
    "face, with the same service. Below the age of fourteen a guardian must agree.",
}


PICTURE = str(Path(__file__).parent / "gallery_poster.jpg")
POSTERS = {
    "zh": (Poster("关东煮第二份半价", "每天 17:00 至 21:00", "¥4.90", "¥9.80", PICTURE),),
    "en": (Poster("Second oden at half price", "Every day from 5 to 9 pm", "¥4.90", "¥9.80", PICTURE),),
}
CODES = tuple(
    Code(Phrase(key, values), ROWS)
    for key, values in (("after.invoice", {}), ("after.friend_saves", {"discount": "¥2.00"}))
)
