import type { SystemType } from '../../entities/types.ts'
import { saying } from '../../schema/build.ts'
import { historyFilter } from './history-schemas.ts'
import { namedParameters } from './parameters.ts'

/** What the API document says of each operation on a type's records. */
export function routeTexts(type: SystemType) {
  const one = type.title.en.toLowerCase()
  const a = `${/^[aeiou]/.test(one) ? 'an' : 'a'} ${one}`
  const many = type.titles.en.toLowerCase()
  const single = capital(type.code)
  const plural = capital(type.plural)
  const say = saying(type.titles.en)
  // Read by the document's maker: the server reads these itself, since it can tell more of what is wrong with them.
  const { filter, sort, fields, expand } = namedParameters(type)
  const read = { 'x-parameters': [fields, expand] }
  return {
    list: {
      'x-parameters': [filter, sort, fields, expand],
      ...say(
        `list${plural}`,
        `List ${many}`,
        `A page of the ${many} that the caller may see, filtered and sorted. Pages are read by cursor: the ten-thousandth costs what the first does.`,
      ),
    },
    search: say(
      `search${plural}`,
      `Search ${many}`,
      `The same list with conditions in the body, nested by and, or and not.`,
    ),
    count: say(`count${plural}`, `Count ${many}`, `How many ${many} fulfil the conditions.`),
    create: say(`create${single}`, `Create ${a}`, `Saves a new ${one}. All faults of the body are told at once.`),
    get: { ...read, ...say(`get${single}`, `Read ${a}`, `The ${one} with the fields that the caller may see.`) },
    getExternal: {
      ...read,
      ...say(
        `get${single}ByExternalKey`,
        `Read ${a} by a key of another system`,
        `The ${one} that holds the key, with the fields that the caller may see.`,
      ),
    },
    upsert: say(
      `upsert${single}`,
      `Create or change ${a} by a key of another system`,
      `Changes the ${one} that holds the key, or creates one that does. Absent fields stay, and the record keeps the key, whatever the body says. With \`If-Match\` nothing is created, with \`If-None-Match: *\` nothing is changed.`,
    ),
    update: say(
      `update${single}`,
      `Change ${a}`,
      `Changes the fields that the body names. Lists are given whole, or as what to add and remove. Where nothing differs, nothing is saved.`,
    ),
    delete: say(
      `delete${single}`,
      `Delete ${a}`,
      `Moves the ${one} to the recycle bin, from where it can be restored.`,
    ),
    history: {
      'x-parameters': [historyFilter],
      ...say(
        `list${single}History`,
        `History of ${a}`,
        `Who changed which fields and when, newest first, cut to the fields that the caller may see. Also of ${a} in the recycle bin that the caller may restore; of one that was purged administrators read when and by whom it was.`,
      ),
    },
    stageHistory: say(
      `list${single}StageHistory`,
      `Stages of ${a}`,
      `The stages that the ${one} stood in, from when to when, newest first.`,
    ),
    import: say(
      `import${plural}`,
      `Import ${many}`,
      `Takes a CSV file of ${many} (encoding, delimiter and columns are recognised) and answers with the job that reads it. With \`dryRun=true\` the job tells what would become of each row, and nothing is kept.`,
    ),
    export: {
      'x-parameters': [filter, sort, exported(fields)],
      ...say(`export${plural}`, `Export ${many}`, `The list as a CSV file, streamed, for people or for programs.`),
    },
  }
}

/** The fields of a file stand in the order in which they are named. */
function exported(fields: object): object {
  const description =
    'Fields of the file in their order, with commas between; all when left out, but for people `version` and `participatesInExport`.'
  return { ...fields, description }
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
