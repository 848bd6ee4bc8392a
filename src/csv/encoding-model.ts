/** Frequent letter pairs of Russian words and names. They distinguish real text from wrongly decoded text. */
const pairs = new Set(
  `ст но то на ен ов ни ра во ко по пр ро ер ре ос ол ва ан ор ка ли ет ть го ла ал ин ло от ом ск ев ны ий ый ая ич
  ль ле ел ма ми да де ди до та те ти ви ве ем ам им ки ик ия ии ие ой ей ья ью ча че чи ше ши шк ще жи же за зо из ив
  ис ес ас ак ат аз ар ир ур ру лу ку му ну ду ту су бо ба бе бр вл гр др кр тр св сл см сн сп сс тн нн нт нд ег ед еж
  ож од ог об оч вс вы вн ав лк ля ье ри рь си се со са юр ря иц ец юк ук як лё ён ют ит иг иж ас эл сы вк гу уп ук он`.split(
    /\s+/,
  ),
)
const rare = new Set('фхцщэъёўґєії')
const foreign = new Set('ђѓѕјљњћќџѐѝ')
const marks = new Set('«»№—–…„“”‘’•·°§©®€\u00a0')

/** Returns a score: high for Russian or Western text, low for wrongly decoded bytes. */
export function likelihood(text: string): number {
  let sum = 0
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) < 0x80) continue
    const char = text[at]!
    if (/\p{Script=Cyrillic}/u.test(char)) sum += cyrillic(char, text[at - 1] ?? '')
    else if (/\p{L}/u.test(char)) sum += western(char, text[at - 1] ?? '', text[at + 1] ?? '')
    else sum += marks.has(char) ? 0.5 : -2
  }
  return sum
}

function cyrillic(char: string, before: string): number {
  if (/[A-Za-z]/.test(before)) return -1
  const lower = char.toLowerCase()
  const letter = foreign.has(lower) ? -1 : rare.has(lower) ? 0 : 1
  // A single letter is weak evidence: the « of Windows-1251 is a letter in CP866.
  if (!/\p{Script=Cyrillic}/u.test(before)) return letter / 4
  // Wrong decodings often swap the case, but real capitals do not follow small letters.
  if (char !== lower && before === before.toLowerCase()) return -2
  return pairs.has(before.toLowerCase() + lower) ? letter + 2 : letter - 0.5
}

function western(char: string, before: string, after: string): number {
  // Accented letters are surrounded by plain ones. Cyrillic decoded as Western has runs of accented letters.
  if (/[^\p{ASCII}]/u.test(before) && /\p{L}/u.test(before)) return -1
  if (char !== char.toLowerCase() && /[a-z]/.test(before)) return -2
  return /[A-Za-z]/.test(before) || /[a-z]/.test(after) ? 1 : -0.5
}
