import type { Program } from './known-names.ts'

/** Returns the names in a text, which are separated by bars. */
const list = (names: string) => names.split('|').map((name) => name.trim())

/** Names that people give columns themselves, in Russian and English. */
export const everyday: Program = {
  code: 'csv',
  marks: [],
  names: {
    record: {
      id: list(`ID | Код | Identifier | External ID | Идентификатор | Внешний код`),
      title: list(`Название | Наименование | Title | Name | Тема | Subject | Заголовок`),
      responsibleId: list(`
        Responsible | Responsible person | Owner | Owned by | Manager | Assigned to | Assignee | Account manager |
        Sales rep | Ответственный | Менеджер | Ответственные | Ответственный менеджер | Куратор | Владелец | Исполнитель
      `),
      opened: list(`Open | Opened | Public | Доступен всем | Общий`),
      observers: list(`Watchers | Followers | Наблюдатель`),
      source: list(
        `Lead source | Origin | Channel | Откуда пришел | Источник лида | Источник клиента | Откуда узнали | Канал`,
      ),
      sourceDescription: list(`Source description | Source details | Описание источника`),
      comment: list(`
        Notes | Note | Comments | Remarks | Description | Memo | Additional information | Комментарии |
        Примечание | Примечания | Заметки | Заметка | Описание | Доп. информация | Коммент
      `),
      'utm.source': list(`utm_source`),
      'utm.medium': list(`utm_medium`),
      'utm.campaign': list(`utm_campaign`),
      'utm.content': list(`utm_content`),
      'utm.term': list(`utm_term`),
      'phones.work': list(`
        Phone | Phone number | Telephone | Tel | Tel. | Phones | Contact phone | Business phone | Office phone |
        Work tel | phone_work | work_phone | Direct phone | Main phone | Contact numbers | Corporate phone | Phone no | Tel no | Phone 1 | Contact number | Телефон |
        Телефоны | Тел | Тел. | Номер телефона | Контактный телефон | Рабочий тел | Раб. тел. |
        Городской телефон | Тел. раб. | Раб. телефон | Телефон рабочий | Телефон (раб.) | Телефон раб. | Основной телефон
      `),
      'phones.mobile': list(`
        Mobile | Mobile phone | Mobile number | Mobile no | Cell | Cell phone | Cellphone | phone_mobile | mobile_phone |
        Мобильный | Моб. | Моб. тел. | Моб. телефон | Сотовый | Сотовый телефон | Телефон мобильный | Сот. |
        Телефон моб. | Тел. моб. | Мобильный номер | Телефон (моб.) | Мобильный тел
      `),
      'phones.home': list(`
        Home tel | phone_home | home_phone | Домашний | Телефон домашний | Дом. тел. | Дом. телефон |
        Телефон дом.
      `),
      'phones.fax': list(`Fax number | Факс | Номер факса | Телефон/факс`),
      'phones.other': list(`
        Additional phone | Alternative phone | Доп. телефон | Дополнительный телефон | Другой номер
      `),
      'emails.work': list(`
        E-mail | Email | Email ID | Mail | Email address | E-mail address | E-mails | Emails | email_work | work_email |
        Business email | Contact email | Primary email | Email 1 | Почта | Почты | E-mail адрес | Адрес почты | E-mail адреса | Эл. почта | Электронная почта |
        Электронный адрес | Адрес электронной почты | Емейл | Имейл | Емайл | Рабочая почта | Мейл | Эл. адрес
      `),
      'emails.home': list(
        `Private email | email_personal | Email home | Personal mail | email_home | home_email | Личная почта | Личный e-mail`,
      ),
      'emails.other': list(`Additional email | Other email | Дополнительная почта | Доп. e-mail | Другая почта`),
      'websites.work': list(`
        Website | Web site | Site | Web | URL | Homepage | Web page | Work website | Domain | Company website | Сайт |
        Веб-сайт | Вебсайт | Сайт компании | Адрес сайта | Домен | Интернет-сайт
      `),
      'websites.facebook': list(`Facebook | Facebook URL | Facebook page | Фейсбук`),
      'websites.vk': list(`VK | VKontakte | ВК | ВКонтакте`),
      'websites.twitter': list(`Twitter | X (Twitter) | Twitter URL`),
      'websites.other': list(`LinkedIn | LinkedIn profile | LinkedIn URL | Person LinkedIn URL`),
      'messengers.telegram': list(`Telegram | TG | Телеграм | Телеграмм | Ник в Telegram | ТГ`),
      'messengers.whatsapp': list(`WhatsApp | Ватсап | Вотсап | WA`),
      'messengers.viber': list(`Viber | Вайбер`),
      'messengers.skype': list(`Skype | Скайп`),
      'messengers.instagram': list(`Instagram | Инстаграм`),
      'messengers.other': list(`Messenger | Мессенджер | IM | ICQ | Jabber`),
      'address.lines': list(`
        Street | Street address | Address line {n} | Address {n} | Street {n} | Default Address Address{n} | House | House number |
        Apartment | Suite | Улица | Дом | Номер дома | Корпус | Строение | Квартира | Офис | Улица и дом |
        Адрес (улица, дом)
      `),
      'address.city': list(
        `Town | Locality | Address city | Default address city | Город | Нас. пункт | City/Town | Населённый пункт | г.`,
      ),
      'address.district': list(`County | Borough | Район города`),
      'address.region': list(`
        State | Province | State/Province | State/Region | Address state | Default address province code | Область | Край | Область/край | Республика
      `),
      'address.postalCode': list(`
        Postcode | ZIP | ZIP code | Address postal code | Address ZIP | Default address ZIP | Postal | Индекс | Почт. индекс | postal_code | Zip/Postal code
      `),
      'address.country': list(
        `Country/Region | Country name | Address country | Default address country code | Государство`,
      ),
      'address.lines@whole': list(`
        Address | Full address | Postal address | Mailing address | Location | Адрес | Адреса | Billing address | Shipping address | Полный адрес |
        Почтовый адрес | Адрес доставки | Фактический адрес | Юридический адрес | Место нахождения |
        Местоположение
      `),
      'address.latitude': list(`Lat`),
      'address.longitude': list(`Lng | Lon | Long`),
      pipelineId: list(`Funnel | Направление`),
      stageId: list(`Status | Phase | Статус | Этап | Стадия | Состояние`),
      failureReason: list(`Lost reason | Loss reason | Reason lost | Причина отказа | Причина проигрыша`),
      amount: list(`
        Amount | Sum | Value | Total | Budget | Opportunity | Revenue | Deal value | Total amount |
        Grand total | Сумма | Бюджет | Стоимость | Сумма сделки | Итого | Сумма заказа | Сумма счета |
        Итоговая сумма
      `),
      taxAmount: list(`Tax amount | VAT | VAT amount | НДС | Сумма НДС | Налог`),
      currency: list(`Currency code | Код валюты | Вал.`),
      number: list(`No. | Document number | № | Номер документа`),
      createdAt: list(`Created | Created at | Creation date | Date created | Создан | Дата добавления | created_at`),
      updatedAt: list(`Updated | Updated at | Modified | Изменён | Дата обновления | updated_at`),
    },
    contact: {
      id: list(`Customer ID | Client ID | Person ID | ID клиента | Код клиента`),
      'phones.work': list(`Contact phone | Client phone | Customer phone | Телефон клиента | Телефон контакта |
        Контакт: телефон | Телефон контактного лица | Телефон заказчика | Телефон покупателя`),
      'emails.work': list(`Contact email | Client email | Customer email | E-mail клиента | E-mail контакта |
        Контакт: e-mail | Почта клиента | E-mail контактного лица | E-mail заказчика`),
      fullName: list(`
        Name | Full name | Contact name | Contact | Contact person | Person | Client | Client name | Customer |
        Customer name | Display name | Имя, Фамилия | Фамилия, Имя | Имя и фамилия | Фамилия и имя | ФИО |
        Ф.И.О. | Полное имя | Фамилия Имя Отчество | Имя Фамилия | Фамилия Имя | Контакт | Контактное лицо |
        Клиент | Имя клиента | ФИО клиента | ФИО контакта | ФИО контактного лица | Имя контакта | Заказчик |
        Покупатель
      `),
      firstName: list(`First | Given name | Forename | first_name | fname | Имена`),
      middleName: list(`Middle | Second name | Additional name | Patronymic | second_name | middle_name | Среднее имя`),
      lastName: list(`Last | Surname | Family name | last_name | lname`),
      honorific: list(`Salutation | Prefix | Mr/Ms | Name prefix | Приветствие | Форма обращения`),
      birthDate: list(`
        Birthday | Birthdate | Birth date | DOB | Born | День рождения | Дата рожд. | ДР | Д.Р. | Родился
      `),
      position: list(`Job title | Designation | Job | Role | Occupation | Post | Title | Профессия | Роль`),
      contactType: list(`Type | Contact category | Тип | Категория`),
      participatesInExport: list(`Export | Экспорт`),
    },
    company: {
      title: list(`
        Company | Company name | Organization | Organisation | Organization name | Business name | Accounts | Organizations | Default address company | Account |
        Account name | Firm | Employer | Legal name | Компания | Название компании | Организация | Фирма |
        Название организации | Наименование организации | Наименование компании | Предприятие | Контрагент |
        Юр. лицо | Юридическое лицо | Место работы | Название фирмы | Компания клиента
      `),
      companyType: list(`Type | Category | Тип | Категория | Тип контрагента`),
      industry: list(`Sector | Vertical | Отрасль | Сфера | Индустрия | Вид деятельности`),
      employees: list(`
        Number of employees | No. of employees | Headcount | Company size | Staff | Число сотрудников |
        Кол-во сотрудников | Численность | Размер компании | Штат
      `),
      annualRevenue: list(`Revenue | Turnover | Оборот | Выручка | Годовая выручка`),
      logo: list(`Company logo`),
    },
    deal: {
      title: list(`Deal | Deal title | Opportunity name | Сделка | Название (сделка)`),
      stageId: list(`Deal stage | Этап сделки | Стадия сделки | Статус сделки`),
      amount: list(`Deal amount | Price | Цена`),
      dealType: list(`Type | Тип`),
      probability: list(`Probability | Probability % | Вероятность | Вероятность закрытия`),
      beginDate: list(`Start | Begin date | Date | Дата начала | Дата | Дата сделки`),
      closeDate: list(`Close date | Expected close | Closing date | Due date | Дата закрытия | Дата завершения | Срок`),
    },
    lead: {
      title: list(`Lead | Lead title | Lead name | Лид | Заявка | Обращение клиента`),
      comment: list(`Message | Your message | Сообщение | Текст сообщения | Текст заявки | Вопрос`),
      stageId: list(`Lead status | Статус лида`),
    },
    quote: {
      title: list(`Quote | Proposal | Estimate | Коммерческое предложение | КП`),
      number: list(`Quote number | Номер предложения | Номер КП`),
      beginDate: list(`Date | Quote date | Дата`),
      validUntil: list(`Valid till | Expires | Expiration date | Срок действия | Действительно до`),
      terms: list(`Terms and conditions | Условия оплаты | Payment terms`),
    },
    invoice: {
      title: list(`Invoice | Order topic | Счет | Счёт`),
      number: list(`Invoice number | Invoice # | Invoice no. | Номер счета | Счет № | № счета`),
      issueDate: list(`Invoice date | Date | Issued | Дата | Дата счета`),
      dueDate: list(`Due | Pay before | Payment due | Оплатить до | Срок | Дата оплаты до`),
      paidAt: list(`Paid on | Payment date | Date paid | Оплачен`),
    },
  },
}
