import type { Program } from './known-names.ts'

/** Returns the names that the columns of contacts and companies have in Russian, with what they are about. */
const about = (subject: string, subjectEn: string) => ({
  'phones.work': [`Рабочий телефон ${subject}`, `Рабочий прямой телефон ${subject}`, `Work phone ${subjectEn}`],
  'phones.mobile': [`Мобильный телефон ${subject}`, `Mobile phone ${subjectEn}`],
  'phones.home': [`Домашний телефон ${subject}`, `Home phone ${subjectEn}`],
  'phones.fax': [`Факс ${subject}`, `Fax ${subjectEn}`],
  'phones.other': [`Другой телефон ${subject}`, `Other phone ${subjectEn}`],
  'emails.work': [`Рабочий email ${subject}`, `Work email ${subjectEn}`],
  'emails.home': [`Личный email ${subject}`, `Personal email ${subjectEn}`],
  'emails.other': [`Другой email ${subject}`, `Other email ${subjectEn}`],
  'messengers.skype': [`Skype ${subject}`],
  'messengers.telegram': [`Telegram ${subject}`],
  'messengers.other': [
    `ICQ ${subject}`,
    `Jabber ${subject}`,
    `Google Talk ${subject}`,
    `MSN ${subject}`,
    `Другой IM ${subject}`,
  ],
  'address.lines': [`Адрес ${subject}`, `Address ${subjectEn}`],
})

/** AmoCRM and Kommo, in Russian and English: exports of lists and the template for imports. */
export const amocrm: Program = {
  code: 'amocrm',
  marks: [
    ...['Полное имя (контакт)', 'Рабочий телефон (контакт)', 'Мобильный телефон (контакт)', 'Рабочий email (контакт)'],
    ...['Ответственный за контакт', 'Тег контакта', 'Теги контакта', 'Примечание к контакту', 'Кем создан контакт'],
    ...['Название (компания)', 'Ответственный за компанию', 'Тег компании', 'Примечание к компании'],
    ...['Основной контакт', 'Компания контакта', 'Полное имя контакта', 'Бюджет сделки'],
    ...['Ответственный за сделку', 'Тег сделки', 'Теги сделки', 'Примечание к сделке', 'Кем создана сделка'],
    ...['Full name (contact)', 'Work phone (contact)', 'Lead title', 'Lead tags', 'Lead stage', 'Main contact'],
  ],
  names: {
    record: {
      responsibleId: ['Ответственный', 'Responsible user', 'Responsible'],
      comment: ['Примечание', 'Примечание {n}', 'Note', 'Note {n}'],
      'phones.work': ['Рабочий телефон', 'Рабочий прямой телефон', 'Work phone', 'Work direct phone'],
      'phones.mobile': ['Мобильный телефон', 'Mobile phone'],
      'phones.home': ['Домашний телефон', 'Home phone'],
      'phones.fax': ['Факс', 'Fax'],
      'phones.other': ['Другой телефон', 'Other phone'],
      'emails.work': ['Рабочий email', 'Work email'],
      'emails.home': ['Личный email', 'Personal email', 'Private email'],
      'emails.other': ['Другой email', 'Other email'],
      'websites.work': ['Web', 'Сайт'],
      'messengers.other': ['ICQ', 'Jabber', 'Google Talk', 'MSN', 'Другой IM', 'Other IM'],
      stageId: ['Этап', 'Статус'],
      pipelineId: ['Воронка', 'Pipeline'],
      createdAt: ['Дата создания', 'Created at'],
      updatedAt: ['Дата редактирования', 'Modified at'],
    },
    contact: {
      id: ['ID контакта', 'Contact ID'],
      fullName: [
        ...[
          'Полное имя (контакт)',
          'Полное имя контакта',
          'Основной контакт',
          'Имя контакта',
          'Наименование',
          'Имя (контакт)',
        ],
        ...['Full name (contact)', 'Main contact', 'Contact full name', 'Full name'],
      ],
      position: ['Должность (контакт)', 'Должность', 'Position (contact)'],
      responsibleId: ['Ответственный за контакт', 'Responsible for contact'],
      comment: ['Примечание к контакту', 'Примечание {n} к контакту', 'Note to contact'],
      birthDate: ['Дата рождения (контакт)', 'День рождения (контакт)', 'Birthday (contact)'],
      createdAt: ['Дата создания (контакт)', 'Дата создания контакта', 'Created at (contact)'],
      // An export of contacts has no address of their own.
      'address.lines@company': ['Адрес (компания)', 'Адрес компании', 'Address (company)'],
      ...about('(контакт)', '(contact)'),
    },
    company: {
      id: ['ID компании', 'Company ID'],
      title: [
        ...['Название (компания)', 'Название компании', 'Компания контакта', 'Компания', 'Имя компании'],
        ...['Name (company)', 'Company name', "Contact's company", 'Company'],
      ],
      responsibleId: ['Ответственный за компанию', 'Responsible for company'],
      comment: ['Примечание к компании', 'Примечание {n} к компании', 'Note to company'],
      createdAt: ['Дата создания (компания)', 'Дата создания компании'],
      'websites.work': ['Сайт компании', 'Web (компания)', 'Сайт (компания)', 'Web (company)'],
      ...about('(компания)', '(company)'),
    },
    deal: {
      id: ['ID сделки', 'Lead ID'],
      title: ['Название сделки', 'Название (сделка)', 'Lead title', 'Lead name', 'Deal name'],
      amount: ['Бюджет', 'Бюджет сделки', 'Бюджет руб. (сделка)', 'Бюджет (сделка)', 'Budget', 'Sale'],
      stageId: ['Этап сделки', 'Статус сделки', 'Lead stage', 'Lead status', 'Deal stage'],
      responsibleId: ['Ответственный за сделку', 'Responsible for lead'],
      comment: ['Примечание к сделке', 'Примечание {n} к сделке', 'Note to lead'],
      failureReason: ['Причина отказа', 'Loss reason'],
      createdAt: ['Дата создания сделки', 'Дата создания (сделка)'],
      closedAt: ['Дата закрытия', 'Дата закрытия сделки', 'Closed at'],
    },
  },
}
