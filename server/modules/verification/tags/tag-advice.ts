import type { Language } from '../verdict-texts.ts'

/** What to do where the chip, not the label, decides it. */
export type TagAdvice = 'tap' | 'tap_again' | 'other_chip' | 'seal'

export const TAG_ADVICE: Readonly<Record<TagAdvice, Readonly<Record<Language, string>>>> = {
  tap: {
    en: 'Hold the phone to the chip of the object itself and open the link it gives now. A link that somebody sent, or that was kept, proves nothing.',
    fr: 'Approchez le téléphone de la puce de l’objet lui-même et ouvrez le lien qu’elle donne maintenant. Un lien envoyé ou conservé ne prouve rien.',
    'zh-Hans':
      '请将手机贴近实物上的芯片，并打开它此刻给出的链接。他人发送的或保存下来的链接不能证明任何事情。',
  },
  tap_again: {
    en: 'Now tap the chip a second time, with the same phone, within the next minute. If the second tap fails, the first link was copied: do not buy on the strength of it.',
    fr: 'Approchez maintenant le même téléphone de la puce une seconde fois, dans la minute. Si la seconde lecture échoue, le premier lien était une copie : n’achetez pas sur sa foi.',
    'zh-Hans':
      '请在一分钟内用同一部手机再碰触一次芯片。如果第二次碰触失败，则第一个链接是复制的：请勿凭此购买。',
  },
  other_chip: {
    en: 'Tap the chip once more. If the answer stays the same, do not buy on the strength of this label; ask the brand to examine the object.',
    fr: 'Lisez la puce encore une fois. Si la réponse reste la même, n’achetez pas sur la foi de cette étiquette ; faites examiner l’objet par la marque.',
    'zh-Hans': '请再碰触一次芯片。如结果不变，请勿凭此标签购买，并请品牌检查实物。',
  },
  seal: {
    en: 'Look whether the chip sits where the brand puts it and nothing was cut or glued. If you are buying, have the brand examine the object first.',
    fr: 'Regardez si la puce se trouve là où la marque la place, sans coupure ni colle. Si vous achetez, faites d’abord examiner l’objet par la marque.',
    'zh-Hans': '请查看芯片是否在品牌安放的位置，有无切割或粘贴的痕迹。购买前请先让品牌检查实物。',
  },
}
