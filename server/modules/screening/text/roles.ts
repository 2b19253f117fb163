import { list } from './list.ts'

/**
 * How a listing uses a brand's name. Honest uses are kept apart from offers of the brand's goods by the words around
 * the name: "fits", "for", "not by the brand", a book about it.
 */
export const ACCESSORY_NOUNS: readonly string[] = list(`
  insert | inserts | dust bag | dustbag | shoe trees | shoe tree | pouch | zipper | zip pull | sleeve | organizer | organiser | liner | strap | straps | case | cover | protector |
  cleaner | polish | conditioner | charm | chain | holder | stand | pillow | shaper | filler |
  bezel protector | screen protector | film | rain cover | repair kit | repair | hook | hanger |
  buckle replacement | replacement | adapter | extender | base shaper | bag in bag | display box |
  winder | book | magazine | catalogue | catalog | poster | print | biography | history | exhibition |
  pattern | tutorial | organisateur | bandoulière | sangle | housse | protection | livre |
  catalogue d’exposition | affiche | organizador | correa | funda | libro | inserto | cinturino |
  custodia | einsatz | taschenorganizer | riemen | schutzhülle | buch | alça | capa | livro |
  органайзер | ремешок | чехол | книга | kayış | düzenleyici | kitap | watch band | watchband |
  bracelet de montre | 内胆包 | 内胆 | 收纳 | 表带 | バッグインバッグ | ストラップ | 이너백 | 스트랩
`)

/** Just before the name: the thing is for it or about it. */
export const FITTING_WORDS: readonly string[] = list(`
  for | fits | fit | fitting | compatible with | suitable for | made for | designed for | to fit |
  about | by fans of | pour | compatible avec | adapté à | convient à | sur | para | compatible con |
  sobre | per | compatibile con | su | für | passend für | kompatibel mit | über | compatível com |
  для | подходит для | совместим с | için | uyumlu | 适用 | 适配 | 兼容 | 対応 | 호환
`)

/** Anywhere: the thing is said to be somebody else's. */
export const DISCLAIMERS: readonly string[] = list(`
  not by the brand | insert only | strap only | case only | not affiliated | no affiliation |
  unaffiliated | not made by | not an official | unofficial | third party | aftermarket |
  bag not included | watch not included | handmade by us | sac non inclus | non officiel |
  pas de la marque | sans lien avec la marque | no oficial | bolso no incluido | non ufficiale |
  borsa non inclusa | nicht vom hersteller | tasche nicht enthalten | не оригинальный аксессуар |
  сумка не входит | não oficial | çanta dahil değildir | 不含包 | 非品牌 | バッグは含まれません | 가방 미포함
`)

/** Right before a term of the trade in copies: the seller says that it is not one. */
export const NEGATIONS: ReadonlySet<string> = new Set(
  'no not never without isnt arent non sans pas jamais ni kein keine keinen nicht ohne sin nunca sem nao senza не нет без değil hic anti against avoid stop beware contre gegen contra report'.split(
    ' ',
  ),
)
/** The same before a term and after it, in scripts that put no spaces between words. */
export const NEGATIONS_BEFORE: readonly string[] = list(
  '不是 | 非 | 不卖 | 拒绝 | 没有 | 绝非 | 杜绝 | ليس | ليست | غير | بدون',
)
export const NEGATIONS_AFTER: readonly string[] = list(
  'ではない | ではありません | じゃない | じゃありません | 아님 | 아닙니다 | 아니에요',
)

/** Kinds of goods, which make a name written in small letters a brand's rather than two common words. */
export const PRODUCT_NOUNS: readonly string[] = list(`
  bag | bags | handbag | purse | tote | clutch | wallet | watch | watches | scarf | belt | shoes |
  sneakers | sandals | loafers | pumps | sunglasses | glasses | eyewear | ring | necklace | bracelet |
  earrings | jewelry | jewellery | perfume | fragrance | coat | jacket | dress | sac | pochette |
  portefeuille | montre | foulard | carré | ceinture | chaussures | escarpins | escarpin | mocassin |
  lunettes | bague | collier | parfum | manteau | bolso | cartera | reloj | bufanda | zapatos |
  gafas | anillo | borsa | orologio | sciarpa | scarpe | occhiali | anello | tasche | handtasche |
  uhr | schal | gürtel | schuhe | brille | bolsa | relógio | óculos | сумка | сумки | сумку | часы |
  кошелек | ремень | очки | çanta | saat | cüzdan | cabas
`)

/** Right after the name: a thing in its manner, not of it. */
export const MANNER_WORDS: ReadonlySet<string> = new Set([
  'style',
  'styled',
  'esque',
  'type',
  'look',
  'vibe',
  'vibes',
  'dupe',
  'dupes',
  'tarzi',
  'estilo',
  'stile',
])

/** Printed matter about goods, in a title that names none of the goods themselves. */
export const MEDIA_NOUNS: readonly string[] = list(`
  book | books | magazine | magazines | catalogue | catalog | catalogues | lookbook | poster | posters | print | postcard | postcards | biography | documentary |
  dvd | advertisement | vintage ad | livre | livres | affiche | revue | revues | libro | libros | revista | revistas | cartel | rivista | riviste | buch | bücher |
  zeitschrift | plakat | livro | cartaz | книга | журнал | плакат | kitap | dergi | 杂志 | 画册 | 书籍 | 写真集 | 雑誌 | 잡지
`)
