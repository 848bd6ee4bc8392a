import { sharedWeights } from './shared-weights.ts'
import { levelWeights, type Weights } from './weights.ts'

/** Weights for companies and other records with a title instead of a person's name. */
export const titleWeights: Weights = {
  duplicatesPerRecord: 0.4,
  comparisons: {
    ...sharedWeights,
    title: levelWeights({
      equal: [0.5, 0.0003, 0.7],
      transliterated: [0.05, 0.0001, 0.7],
      partial: [0.08, 0.0005, 0.7],
      typingError: [0.11, 0.0003, 0.7],
      abbreviated: [0.02, 0.0003, 0.5],
      contained: [0.1, 0.002, 0.7],
      similar: [0.05, 0.004, 0.6],
      otherBranch: [0.02, 0.002, 0.6],
      otherNumber: [0.01, 0.002, 0.6],
      someWords: [0.02, 0.02, 0.5],
      different: [0.04, 0.9686],
    }),
    email: levelWeights({
      same: [0.6, 0.00001, 1],
      sharedRole: [0.25, 0.00001, 1],
      typingError: [0.06, 0.00002],
      otherHost: [0.01, 0.00005],
      sameHost: [0.04, 0.001, 1],
      different: [0.04, 0.998],
    }),
    website: levelWeights({ same: [0.9, 0.0005, 1], different: [0.1, 0.9995] }),
  },
  lookAlikes: [
    {
      code: 'sisterCompanies',
      perRecord: 0.3,
      levels: {
        title: [0.05, 0.01, 0.05, 0.02, 0.01, 0.1, 0.15, 0.4, 0.08, 0.08, 0.05],
        phone: [0.02, 0.4, 0.04, 0.02, 0.52],
        email: [0.02, 0.05, 0.01, 0.02, 0.1, 0.8],
        website: [0.3, 0.7],
        address: [0.15, 0.34, 0.02, 0.02, 0.02, 0.01, 0.04, 0.4],
        city: [0.8, 0.02, 0.01, 0.17],
        postalCode: [0.6, 0.02, 0.02, 0.36],
      },
    },
    {
      code: 'neighbours',
      perRecord: 0.3,
      levels: {
        phone: [0.02, 0.4, 0.02, 0.02, 0.54],
        email: [0.01, 0.05, 0.005, 0.005, 0.05, 0.88],
        website: [0.2, 0.8],
        address: [0.2, 0.4, 0.02, 0.1, 0.01, 0.01, 0.01, 0.25],
        city: [0.9, 0.02, 0.01, 0.07],
        postalCode: [0.9, 0.02, 0.02, 0.06],
      },
    },
  ],
}
