import type { KnownNames, Program } from './known-names.ts'

/** Outlook and Outlook.com, in English and Russian. */
export const outlook: Program = {
  code: 'outlook',
  marks: [
    ...[
      'Business Street',
      'Business City',
      'Business Postal Code',
      'Business Country/Region',
      'Home Street',
      'Home City',
    ],
    ...['E-mail 2 Address', 'E-mail 3 Address', 'E-mail Display Name', 'Given Yomi', 'Surname Yomi', 'TTY/TDD Phone'],
    ...["Manager's Name", "Assistant's Name", "Assistant's Phone", 'Company Main Phone', 'Radio Phone', 'User 1'],
    ...['Улица (раб. адрес)', 'Город (раб. адрес)', 'Улица (дом. адрес)', 'Индекс (раб. адрес)', 'Почтовый код (дом.)'],
    ...['Адрес эл. почты', 'Адрес 2 эл. почты', 'Телефон переносной', 'Телефон раб. 2', 'Краткое имя эл. почты'],
    ...['Расположение комнаты', 'Пользователь 1', 'Телетайп/телефон с титрами'],
  ],
  names: {
    contact: {
      honorific: ['Title', 'Обращение'],
      firstName: ['First Name', 'Given Name', 'Имя'],
      middleName: ['Middle Name', 'Отчество'],
      lastName: ['Last Name', 'Surname', 'Фамилия'],
      fullName: ['Name', 'Full Name', 'Полное имя'],
      position: ['Job Title', 'Должность'],
      birthDate: ['Birthday', 'День рождения'],
      comment: ['Notes', 'Заметки'],
      'phones.work': [
        ...['Business Phone', 'Business Phone 2', 'Company Main Phone', 'Рабочий телефон', 'Телефон раб. 2'],
        'Основной телефон организации',
      ],
      'phones.mobile': [
        'Mobile Phone',
        'Car Phone',
        'Radio Phone',
        'Телефон переносной',
        'Телефон в машине',
        'Радиотелефон',
      ],
      'phones.home': ['Home Phone', 'Home Phone 2', 'Домашний телефон', 'Телефон дом. 2'],
      'phones.fax': ['Business Fax', 'Home Fax', 'Other Fax', 'Рабочий факс', 'Домашний факс', 'Другой факс'],
      'phones.pager': ['Pager', 'Пейджер'],
      'phones.other': [
        'Other Phone',
        'Primary Phone',
        'Callback',
        'Другой телефон',
        'Основной телефон',
        'Обратный вызов',
      ],
      'emails.work': ['E-mail Address', 'Email Address', 'Адрес эл. почты'],
      'emails.home': ['E-mail 2 Address', 'Адрес 2 эл. почты'],
      'emails.other': ['E-mail 3 Address', 'Адрес 3 эл. почты'],
      'websites.work': ['Web Page', 'Веб-страница', 'Business Home Page'],
      'websites.home': ['Personal Web Page', 'Личная веб-страница'],
      'messengers.other': ['IMAddress', 'IM Address'],
      ...address('business', 'Business', '(раб. адрес)'),
      'address.postalCode@business': ['Business Postal Code', 'Индекс (раб. адрес)'],
      ...address('home', 'Home', '(дом. адрес)'),
      'address.postalCode@home': ['Home Postal Code', 'Почтовый код (дом.)', 'Индекс (дом. адрес)'],
      ...address('other', 'Other', '(другой адрес)'),
      'address.postalCode@other': ['Other Postal Code', 'Индекс (другой адрес)'],
    },
    company: { title: ['Company', 'Организация', 'Компания'] },
  },
  // Outlook writes this if there is no date.
  values: { Birthday: { '0/0/00': '', '0.0.00': '' }, 'День рождения': { '0.0.00': '', '0/0/00': '' } },
}

function address(alternative: string, en: string, ru: string): KnownNames {
  const street = (number: string) => [`${en} Street${number}`, `Улица${number} ${ru}`]
  return {
    [`address.lines@${alternative}`]: [
      ...['', ' 2', ' 3'].flatMap(street),
      ...[`${en} Address PO Box`, `Почтовый ящик ${ru}`],
    ],
    [`address.city@${alternative}`]: [`${en} City`, `Город ${ru}`],
    [`address.region@${alternative}`]: [`${en} State`, `Область ${ru}`],
    [`address.country@${alternative}`]: [
      ...[`${en} Country/Region`, `${en} Country`],
      ...[`Страна или регион ${ru}`, `Страна ${ru}`],
    ],
  }
}
