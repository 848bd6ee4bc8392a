/**
 * Words for the use of a phone, e-mail, website or messenger, as files have them in a column beside the value. A word
 * means the first of the kinds that the field has.
 */
export const useWords: Readonly<Record<string, readonly string[]>> = {
  mobile: ['mobile', 'cell', 'iphone', 'мобильный', 'сотовый'],
  fax: ['fax', 'work fax', 'home fax', 'other fax', 'факс', 'рабочий факс', 'домашний факс'],
  pager: ['pager', 'work pager', 'home pager', 'пейджер'],
  work: [
    'work',
    'business',
    'office',
    'main',
    'company',
    'work mobile',
    'profile',
    'рабочий',
    'рабочая',
    'основной',
    'организация',
  ],
  home: ['home', 'personal', 'private', 'домашний', 'домашняя', 'личный', 'личная', 'blog'],
  telegram: ['telegram'],
  whatsapp: ['whatsapp'],
  viber: ['viber'],
  skype: ['skype'],
  other: ['other', 'custom', 'другой', 'другая', 'прочее', 'google talk', 'jabber', 'icq', 'home page'],
}
