/**
 * Characters that look like a Latin letter, by that letter: the part of UTS #39 `confusables.txt` that is used against
 * brand names (Cyrillic, Greek, Armenian, Cherokee, Coptic, phonetic and small-capital letters), after compatibility
 * normalisation and lower-casing. UTS #39 keeps case and diacritics apart; here both are folded before. Letters whose
 * capital is the look-alike (н for H, в for B) are in too, since a name may be written in capitals.
 */
const LOOK_ALIKES: readonly (readonly [string, string])[] = [
  ['a', 'аɑαᴀꭺⱥәɐ'],
  ['b', 'вьβʙꮟƅɓҍƀ'],
  ['c', 'сςᴄⲥꮯƈȼ'],
  ['d', 'ԁɗꭰđɖժ'],
  ['e', 'еєεҽᴇɛ℮ɇէ'],
  ['f', 'ƒꜰϝғք'],
  ['g', 'ɡցɢԍɠǥ'],
  ['h', 'һнʜհԧꮒħɦ'],
  ['i', 'іıιɩɪꭵɨ'],
  ['j', 'јʝᴊɉ'],
  ['k', 'кκᴋĸқƙⱪ'],
  ['l', 'ӏʟǀɭłƚן'],
  ['m', 'мᴍɱⲙ'],
  ['n', 'пηոɴռŋɲɳ'],
  ['o', 'оοσөօᴏɵøѳסჿꮎ'],
  ['p', 'рρᴘⲣƿþᵽ'],
  ['q', 'ԛգɋ'],
  ['r', 'гʀꭱᴦɾɍ'],
  ['s', 'ѕꜱʂƽꮪ'],
  ['t', 'тτᴛƭŧʈ'],
  ['u', 'υսμᴜʋц'],
  ['v', 'ѵνᴠ'],
  ['w', 'шωԝᴡѡɯ'],
  ['x', 'хχҳ'],
  ['y', 'уγүყʏɏ'],
  ['z', 'ᴢʐƶȥ'],
  ['3', 'зӡʒ'],
  ['ae', 'æ'],
  ['oe', 'œ'],
  ['ss', 'ß'],
]

/** Capitals whose small letter looks like another one: they are folded before case is. */
export const CAPITALS: ReadonlyMap<string, string> = new Map(
  Object.entries({ Β: 'b', Ζ: 'z', Η: 'h', Μ: 'm', Ν: 'n', Υ: 'y', Ϲ: 'c', Ϻ: 'm', Ս: 'u', Տ: 's' }),
)

/** Letters in circles, squares and flags without a compatibility mapping. */
export const ENCLOSED = /[\u{1F150}-\u{1F189}\u{1F1E6}-\u{1F1FF}]/gu

const A = 'a'.codePointAt(0) ?? 0

/** Negative circled, negative squared and regional-indicator letters have no compatibility mapping in Unicode. */
const ENCLOSED_STARTS = [0x1f150, 0x1f170, 0x1f1e6]

function build(): ReadonlyMap<string, string> {
  const map = new Map<string, string>()
  for (const [letter, twins] of LOOK_ALIKES) for (const twin of twins) map.set(twin, letter)
  for (const start of ENCLOSED_STARTS) {
    for (let i = 0; i < 26; i++) map.set(String.fromCodePoint(start + i), String.fromCodePoint(A + i))
  }
  return map
}

/** Look-alike to Latin letters, for lower-case characters without marks. */
export const CONFUSABLES: ReadonlyMap<string, string> = build()

/** Digits and signs that stand for letters inside a word. */
export const LEET: ReadonlyMap<string, string> = new Map(
  Object.entries({
    0: 'o',
    1: 'i',
    3: 'e',
    4: 'a',
    5: 's',
    7: 't',
    8: 'b',
    9: 'g',
    '@': 'a',
    $: 's',
    '€': 'e',
    '£': 'i',
    '!': 'i',
    '|': 'i',
  }),
)
