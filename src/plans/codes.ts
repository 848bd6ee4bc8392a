import { problemOf, say } from '../errors/code-text.ts'

/** The problems of plans. */
// biome-ignore format: a table is read by rows
export const planProblems = {
  plan_feature_required: problemOf(403, 'Feature not in the plan', 'Возможности нет в тарифе',
    'The plan of this instance does not include this feature: {feature}.', 'В тариф не входит возможность: {feature}.'),
  search_limit_exceeded: problemOf(403, 'Search limit exceeded', 'Превышен лимит поиска',
    'The plan allows filters and search for at most {limit} records of a type. Read the list without them.',
    'По тарифу фильтры и поиск доступны, пока записей этого типа не больше {limit}. Читайте список без них.'),
  plan_not_found: problemOf(404, 'Plan not found', 'Тариф не найден',
    'There is no plan {code}.', 'Тариф {code} не найден.'),
  plan_exists: problemOf(409, 'Plan already exists', 'Тариф уже существует',
    'There is already a plan {code}.', 'Тариф {code} уже есть.'),
}

/** The words for features of plans. */
export const featureWords = {
  fieldVisibility: say('visibility of user fields', 'видимость пользовательских полей'),
  export: say('export', 'экспорт'),
  roles: say('roles', 'роли'),
  autoMerge: say('automatic merging', 'автоматическое объединение'),
  recurring: say('recurring records', 'регулярные записи'),
  automation: say('automation', 'автоматизация'),
}
