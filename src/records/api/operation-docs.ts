import type { SystemType } from '../../entities/types.ts'
import { describeOperations } from '../../schema/build.ts'
import { historyFilter } from './history-schemas.ts'
import { namedParameters } from './parameters.ts'

/** Returns the texts of the API document about each operation on a type's records. */
export function operationDocs(type: SystemType) {
  const one = type.title.en.toLowerCase()
  const a = `${/^[aeiou]/.test(one) ? 'an' : 'a'} ${one}`
  const many = type.titles.en.toLowerCase()
  const single = capital(type.code)
  const plural = capital(type.plural)
  const say = describeOperations(type.titles.en)
  // Only the API document uses these. The server reads the parameters itself, to report faults in more detail.
  const { filter, sort, fields, expand } = namedParameters(type)
  const read = { 'x-parameters': [fields, expand] }
  return {
    list: {
      'x-parameters': [filter, sort, fields, expand],
      ...say(
        `list${plural}`,
        `List ${many}`,
        `Returns a page of the ${many} that the caller may read, filtered and sorted. Pages use cursors: the ten-thousandth page takes as long as the first.`,
      ),
    },
    search: say(
      `search${plural}`,
      `Search ${many}`,
      `Returns the same list, with the filter in the body. Conditions can be nested with \`and\`, \`or\` and \`not\`.`,
    ),
    count: say(`count${plural}`, `Count ${many}`, `Returns the number of ${many} that match the filter.`),
    create: say(
      `create${single}`,
      `Create ${a}`,
      `Creates ${a}. If the body is invalid, the response lists every fault.`,
    ),
    get: {
      ...read,
      ...say(
        `get${single}`,
        `Read ${a}`,
        `Returns the ${one} with the fields that the caller may read. For the id of a merged record it returns the record into which that was merged, with its id in \`mergedInto\` and its path in \`Content-Location\`.`,
      ),
    },
    getExternal: {
      ...read,
      ...say(
        `get${single}ByExternalKey`,
        `Read ${a} by external key`,
        `Returns the ${one} that has the external key (its key in another system), with the fields that the caller may read.`,
      ),
    },
    upsert: say(
      `upsert${single}`,
      `Create or change ${a} by external key`,
      `Changes the ${one} that has the external key (its key in another system), or creates one with it. Absent fields keep their values. The record always keeps this key, even if \`externalIds\` in the body leaves it out. With \`If-Match\` the request never creates a record. With \`If-None-Match: *\` it never changes one.`,
    ),
    update: say(
      `update${single}`,
      `Change ${a}`,
      `Changes the fields that the body names. Send a list field whole, or send an object with \`add\` and \`remove\`. If no value differs, nothing is saved and the version stays the same.`,
    ),
    delete: say(
      `delete${single}`,
      `Delete ${a}`,
      `Moves the ${one} to the recycle bin. It can be restored from there.`,
    ),
    history: {
      'x-parameters': [historyFilter],
      ...say(
        `list${single}History`,
        `List the history of ${a}`,
        `Returns who changed which fields and when, newest first, limited to the fields that the caller may read. The history of records that were merged into it is included. Includes ${a} in the recycle bin if the caller may restore it. For a purged record, administrators see when it was purged and by whom.`,
      ),
    },
    stageHistory: say(
      `list${single}StageHistory`,
      `List the stage history of ${a}`,
      `Returns the stages of the ${one}, newest first, with the times when it entered and left each stage.`,
    ),
    access: say(
      `get${single}Access`,
      `Explain access to ${a}`,
      `Returns what the caller may do with the ${one}, and which role gives or withholds it. With \`user\` the same about another user, which requires the settings right.`,
    ),
    importPreview: say(
      `preview${plural}Import`,
      `Preview an import of ${many}`,
      `Returns how the file would be read: its format, the fields of its columns, and the first rows as they would be stored, with their faults. Saves nothing. With \`raw=true\` it returns only the cells.`,
    ),
    importTemplate: say(
      `get${plural}ImportTemplate`,
      `Read the template for imports of ${many}`,
      `Returns an empty CSV file with the names of the columns that the caller can fill.`,
    ),
    importColumns: say(
      `list${plural}ImportColumns`,
      `List what columns of an import of ${many} can fill`,
      'Returns the fields and parts of fields that the caller can fill by an import, with their labels and with the column names by which they are recognized. These are the values of `field` in `mapping`.',
    ),
    mappings: say(
      `list${plural}ImportMappings`,
      `List saved mappings of ${many}`,
      'Returns the options of imports that were saved by name, without the fields that the caller may not set.',
    ),
    createMapping: say(
      `create${plural}ImportMapping`,
      `Save a mapping of ${many}`,
      'Saves options of imports by name: which column fills which field, formats, default values. Everybody who may import can use them.',
    ),
    replaceMapping: say(
      `replace${plural}ImportMapping`,
      `Replace a saved mapping of ${many}`,
      'Replaces a saved mapping of your own. Administrators can replace all.',
    ),
    deleteMapping: say(
      `delete${plural}ImportMapping`,
      `Delete a saved mapping of ${many}`,
      'Deletes a saved mapping of your own. Administrators can delete all.',
    ),
    import: say(
      `import${plural}`,
      `Import ${many}`,
      `Starts a job that imports ${many} from a CSV file, and returns the job. Encoding, delimiter and columns are detected. With \`dryRun=true\` the job reports the outcome of each row and saves nothing.`,
    ),
    export: {
      'x-parameters': [filter, sort, exported(fields)],
      ...say(
        `export${plural}`,
        `Export ${many}`,
        `Streams the list as a CSV file, formatted for people or for programs. Records that change meanwhile may appear as before or as after the change. For a file of one moment, start an export job.`,
      ),
    },
    startExport: say(
      `start${plural}Export`,
      `Export ${many} to a file`,
      `Starts a job that writes the list to a CSV file as it is at one moment, and returns the job. When the job is completed, its link \`file\` leads to the file.`,
    ),
  }
}

/** Returns the `fields` parameter of an export, where the order of the names is the order of the columns. */
function exported(fields: object): object {
  const description =
    'Fields of the file in the order of the columns, separated by commas. Default: all fields. A file for people leaves out `version` and `participatesInExport` by default.'
  return { ...fields, description }
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
