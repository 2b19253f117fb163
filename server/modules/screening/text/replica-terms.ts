import { list } from './list.ts'

/**
 * Words of the trade in copies, by what they give away. Weights are points of the score where a brand is named in the
 * listing too; `alone` is for listings that name none, since many of these words have honest uses there. Gathered from
 * listings' own vocabulary; extending a row needs no code.
 */
export type TermGroup = 'replica' | 'grade' | 'evasion' | 'contact' | 'inspired'

export type Term = {
  readonly id: string
  readonly group: TermGroup
  readonly weight: number
  readonly alone: number
  readonly phrases: readonly string[]
  /** Words within 30 characters of the match that show an honest use. */
  readonly unless?: readonly string[]
}

/** Copies that are meant to be copies, and papers. */
const SCALE_MODEL = list(`
  diecast | die cast | scale model | model car | model kit | museum | movie prop | cosplay | costume |
  airsoft | viking | medieval | sword | coin | dinosaur | fossil | maquette | musée | музей
`)
const ART = list(`
  novel | author | poem | canvas | oil on | painting | vinyl | comic | album | edition | manuscript | sculpture | картин | масло | toile | tableau | gemälde
`)
const PAPERWORK = list(`
  receipt | invoice | certificate | passport | document | book | dvd | letter | facture | reçu |
  ticket | quittung | rechnung | factura | recibo | scontrino | fattura | fatura | чека | чек |
  документ | ad copy | hard copy | copyright | certificat | certificado | 说明书 | 发票
`)

export const TERMS: readonly Term[] = [
  {
    id: 'replica',
    group: 'replica',
    weight: 60,
    alone: 30,
    unless: SCALE_MODEL,
    phrases: list(`
      replica | replicas | réplica | réplicas | réplique | répliques | replika | repliken | replik |
      реплика | реплики | реплику | レプリカ | 레플리카 | ريبليكا | реплик
    `),
  },
  {
    id: 'counterfeit',
    group: 'replica',
    weight: 65,
    alone: 45,
    phrases: list(`
      super fake | superfake | superfakes | fake bag | fake watch | good fake | best fake |
      high quality fake | counterfeit | knockoff | knock off | knock offs | knockoffs | contrefaçon |
      faux sac | falsificación | falso bolso | falsificato | borsa falsa | contraffatto | fälschung |
      gefälscht | falsificação | falsificada | falsificado | подделка | подделки | фейк | паль |
      паленый | sahte | 假货 | 假貨 | A货 | A貨 | 山寨 | 莆田货 | 偽物 | ニセモノ | 짝퉁 | 가품 | 이미테이션 | مزيف | مزور
    `),
  },
  {
    id: 'high_copy',
    group: 'replica',
    weight: 60,
    alone: 45,
    unless: ART,
    phrases: list(`
      high copy | first copy | 1st copy | master copy | mirror copy | exact copy | perfect copy |
      best copy | super copy | 7a copy | copy bag | copy watch | copia exacta | copia fiel |
      copia perfetta | copie parfaite | copie conforme du sac | copie exacte | cópia perfeita |
      primeira linha | люкс копия | точная копия | копия люкс | birinci kalite kopya | a kalite | 高仿 |
      精仿 | 超A | 高訪 | 复刻 | 復刻 | 一比一 | 1比1 | 仿品 | 高fang | fu刻 | スーパーコピー | コピー品 | コピー商品 | n級品 | N级品 |
      미러급 | 정품급 | SA급 | نسخة طبق الأصل | كوبي ون | كوبي اصلي | درجة اولى كوبي | تقليد | مقلد |
      هاي كوبي
    `),
  },
  {
    id: 'fake',
    group: 'replica',
    weight: 60,
    alone: 10,
    unless: list(`
      leather | fur | plant | flower | nails | lash | tan | blood | snow | grass | pearl | diamond | cuir | fourrure | pelle |
      piel | pelz | pelliccia | proof | detect | 領収書 | レシート | 保証書 | コピー機 | コピー用紙
    `),
    phrases: list(`
      fake | fakes | faked | bootleg | bootlegs | clone | clones | clon | clones perfectos | klon | klón | клон | cópia fiel | pirata |
      tarocco | tarocchi | tarocca | tarocche | taroccata | taroccate | falsa | falso | trucha | trucho | fejk | 假包 | 假的 | パチモン | コピー | N級 | 짭
    `),
  },
  {
    id: 'copy',
    group: 'replica',
    weight: 45,
    alone: 10,
    unless: PAPERWORK,
    phrases: list(`
      imitation | imitations | imitación | imitazione | imitação | imitat | nachahmung | nachbildung |
      copie | copies | copia | cópia | kopie | kopya | imitasyon | taklit | çakma | имитация | копия |
      копии | копию | reps | copy | 仿制 | 仿製 | 模造品 | 이미테이션 가방
    `),
  },
  {
    id: 'mirror_quality',
    group: 'grade',
    weight: 45,
    alone: 30,
    phrases: list(`
      mirror quality | mirror grade | mirror image quality | miroir qualité | qualité miroir |
      qualità specchio | calidad espejo | qualidade espelho | spiegelqualität | зеркальное качество |
      ayna kalite | super mirror | 镜面品质 | super clone | superclone | clone watch |
      true to original quality
    `),
  },
  {
    id: 'as_original',
    group: 'grade',
    weight: 35,
    alone: 25,
    phrases: list(`
      same as boutique | same as original | same as authentic | same as genuine | like original |
      boutique quality | counter quality | original quality | indistinguishable from |
      cannot tell the difference | comme l’original | comme le vrai | come originale |
      come l’originale | igual al original | igual ao original | wie original | как оригинал |
      не отличить от оригинала | orijinali gibi | orjinalinden farksız | 专柜品质 | 專櫃品質 | 专柜级 | 过专柜 |
      可过检 | 代购级 | 正品级 | 本物同様 | 本物級 | 정품과 동일 | مثل الأصلي
    `),
  },
  {
    id: 'no_difference',
    group: 'grade',
    weight: 40,
    alone: 20,
    phrases: list(`
      nobody will notice | nobody can tell | no one can tell | nobody will know | you cannot tell | can’t tell the difference | cannot be told apart |
      no difference from original | identical to original | identical to the original | on ne voit pas la différence | aucune différence | impossible à distinguer |
      nadie notará la diferencia | no se nota la diferencia | non si vede la differenza | nessuna differenza | niemand merkt es | kein unterschied zum original |
      ninguém percebe | никто не заметит | не отличишь | kimse anlamaz | 看不出来 | 分不出 | 见分晓 | 専門家も騙せる | 구별 불가
    `),
  },
  {
    id: 'unauthorised',
    group: 'grade',
    weight: 45,
    alone: 30,
    phrases: list(`
      unauthorized authentic | unauthorised authentic | ua quality | ua version | logo tax | qc pics | qc photos | quality control pics | version sans taxe |
      a+ kalite | top tier | g5 version | 高端版 | 顶级 | 頂級 | 全套包装 | 過検 | 過關
    `),
  },
  {
    id: 'original_factory',
    group: 'grade',
    weight: 40,
    alone: 25,
    phrases: list(`
      original factory | factory original leather | original leather factory | same factory |
      unauthorized authentic | factory outlet copy | factory surplus | overrun | over run stock |
      extra production | usine d’origine | fábrica original | fabbrica originale |
      оригинальная фабрика | с той же фабрики | 原单 | 原單 | 原厂皮 | 原廠皮 | 原版皮 | 尾单 | 尾單 | 外贸原单 | 工厂直销 |
      factory direct luxury
    `),
  },
  {
    id: 'top_grade',
    group: 'grade',
    weight: 25,
    alone: 10,
    phrases: list(`
      top grade | top quality version | best version | best batch | god batch | highest grade |
      premium grade | aaa quality | aaa grade | aaa handbags | 7a quality | 5a quality | top replica |
      luxe copy | супер качество | люкс качество | топ качество | en iyi kalite | birinci kalite |
      顶级版本 | 頂級版本 | 顶级品质 | 最高版本 | 顶级工艺 | 高版本 | 最高級品 | 최상급 | جودة عالية كوبي
    `),
  },
  {
    id: 'ignore_picture',
    group: 'evasion',
    weight: 50,
    alone: 50,
    phrases: list(`
      ignore the picture | ignore photo | ignore pictures | buyer knows the brand | you know which brand | ignore picture | ignore the photo | ignore photos |
      picture is not the product | not the item in the picture | photo is for reference only |
      you know what it is | you know the brand | ignorez la photo | ne tenez pas compte de la photo |
      ignora la foto | ignore a foto | bild ignorieren | не смотрите на фото | реальные фото в личку |
      图片仅供参考懂的来 | 懂的来 | 懂的都懂 | 你懂的 | 사진 무시
    `),
  },
  {
    id: 'silence_brand',
    group: 'evasion',
    weight: 55,
    alone: 55,
    phrases: list(`
      do not mention brand | do not mention the brand | dont mention brand | don’t mention the brand |
      no brand in feedback | do not write brand | do not mention logo | ne mentionnez pas la marque |
      ne pas mentionner la marque | no mencione la marca | no mencionar la marca |
      non menzionare il marchio | não mencione a marca | marke nicht erwähnen | не упоминайте бренд |
      не пишите бренд | 不要提品牌 | 勿提品牌 | 别写品牌 | ブランド名は書かないで | 브랜드 언급 금지
    `),
  },
  {
    id: 'logo_by_message',
    group: 'evasion',
    weight: 45,
    alone: 40,
    phrases: list(`
      dm for logo | dm for logo pics | pm for logo | message for logo | logo pics on request |
      ask for logo pictures | real pics with logo | logo covered | logo hidden | dm for real pics |
      logo on request | real logo on arrival | logo on arrival | brand is blurred | logo is blurred | logo blurred | brand blurred | brand in pics is blurred | logo removed in photos | logo will be added | photos avec logo en mp | logo en privado | лого в лс | логотип в лс | 带标图私聊 |
      有标 | 带标
    `),
  },
  {
    id: 'hidden_catalogue',
    group: 'evasion',
    weight: 30,
    alone: 30,
    phrases: list(`
      see album | see our album | see my album | choose number | choose the number | order by number |
      pick a number from the album | catalog in bio | catalogue in bio | link in bio for catalog |
      hidden link | hidden listing | voir l’album | ver álbum | vedi album | siehe album |
      смотрите альбом | 看相册 | 相册 | 相冊 | 备注号码 | 拍下备注 | アルバムを見て
    `),
  },
  {
    id: 'album_host',
    group: 'evasion',
    weight: 40,
    alone: 40,
    phrases: list(`
      yupoo | szwego | wecatalog | weidian album | x yupoo | pandabuy | sugargoo | cssbuy |
      superbuy link | 微商相册 | 又拍图片
    `),
  },
  {
    id: 'off_platform_contact',
    group: 'contact',
    weight: 15,
    alone: 10,
    phrases: list(`
      whatsapp | whats app | wechat | we chat | weixin | telegram | viber | kakaotalk | signal app |
      contact me outside | pay outside | vk me | 微信 | 薇信 | 威信 | 加V | 加微 | V信 | 扣扣 | ワッツアップ | テレグラム |
      카카오톡 | 카톡 | واتساب | تلجرام | вотсап | ватсап | телеграм | вайбер
    `),
  },
  {
    id: 'inspired',
    group: 'inspired',
    weight: 40,
    alone: 0,
    phrases: list(`
      inspired by | inspired | dupe | dupes | dupe of | dupe for | alternative to | alternative für | alternative à | in the style of | style of | similar to | lookalike | look alike |
      looks like | reminiscent of | homage to | inspiré de | inspiré par | inspirée de |
      dans le style de | façon | inspirado en | inspirada en | estilo | ispirato a | ispirata a |
      stile | inspiriert von | im stil von | inspirado em | в стиле | по мотивам | tarzı |
      esinlenilmiş | 风格 | 同款 | 스타일 | مستوحى من
    `),
  },
]

/** What cannot be said as words: grades and ratios, and telephone numbers, in folded text. */
export const PATTERNS: readonly (Omit<Term, 'phrases'> & { readonly pattern: RegExp })[] = [
  {
    id: 'one_to_one',
    group: 'grade',
    weight: 40,
    alone: 15,
    pattern: /(?<![\d:.,/])1\s?(?::|to|b|k|a|=)\s?1(?![\d:.,/])/g,
    unless: list(`
      scale | diecast | die cast | coach | lesson | tutor | train | session | mentor | maßstab |
      échelle | ratio | aspect | call | exchange
    `),
  },
  {
    id: 'triple_a',
    group: 'grade',
    weight: 30,
    alone: 10,
    pattern: /(?<![\p{L}\p{N}])(?:a{3,5}|[579]a)(?:\s?\+{1,3})?(?![\p{L}\p{N}])/gu,
    unless: list(`
      batter | pile | pila | rating | credit | gem | game | studio | akku | lr03 | diamond | pearl |
      emerald | ruby | sapphire | amps | amp 
    `),
  },
  {
    id: 'telephone',
    group: 'contact',
    weight: 10,
    alone: 5,
    pattern: /(?<![\d.,])(?:\+|00)\d{1,3}[\s().-]?\d(?:[\s().-]?\d){6,12}(?!\d)/g,
  },
]
