import { sharedWeights } from './shared-weights.ts'
import { levelWeights, type Weights } from './weights.ts'

/**
 * Weights for people. They are rounded from what the model learns from sets with known duplicates, and every base that is
 * large enough adjusts them. See docs/decisions/duplicate-model.md.
 */
export const personWeights: Weights = {
  duplicatesPerRecord: 0.4,
  comparisons: {
    ...sharedWeights,
    lastName: levelWeights({
      equal: [0.74, 0.003, 1],
      transliterated: [0.03, 0.0005, 1],
      soundsAlike: [0.02, 0.0005, 1],
      partial: [0.02, 0.001, 0.8],
      variant: [0.02, 0.002, 1],
      typingError: [0.08, 0.002, 0.7],
      initial: [0.005, 0.002],
      similar: [0.02, 0.02],
      different: [0.064, 0.968],
      contradictory: [0.001, 0.001],
    }),
    firstName: levelWeights({
      equal: [0.72, 0.012, 1],
      transliterated: [0.03, 0.002, 1],
      soundsAlike: [0.02, 0.002, 1],
      partial: [0.02, 0.002, 0.8],
      variant: [0.06, 0.006, 1],
      typingError: [0.06, 0.003, 0.7],
      initial: [0.05, 0.012],
      similar: [0.02, 0.02],
      different: [0.01, 0.25],
      contradictory: [0.01, 0.691],
    }),
    middleName: levelWeights({
      equal: [0.74, 0.02, 1],
      transliterated: [0.03, 0.002, 1],
      soundsAlike: [0.02, 0.002, 1],
      partial: [0.01, 0.002, 0.8],
      variant: [0.01, 0.003, 1],
      typingError: [0.02, 0.003, 0.7],
      initial: [0.14, 0.07],
      similar: [0.01, 0.02],
      different: [0.01, 0.128],
      contradictory: [0.01, 0.75],
    }),
    company: levelWeights({
      equal: [0.58, 0.0008, 0.5],
      transliterated: [0.04, 0.0002, 0.5],
      partial: [0.04, 0.0004, 0.5],
      typingError: [0.06, 0.0003, 0.5],
      abbreviated: [0.02, 0.0003, 0.3],
      contained: [0.04, 0.001, 0.5],
      similar: [0.02, 0.003, 0.3],
      otherBranch: [0.01, 0.002, 0.3],
      otherNumber: [0.005, 0.002, 0.3],
      someWords: [0.015, 0.015],
      different: [0.17, 0.976],
    }),
    email: levelWeights({
      same: [0.62, 0.00001, 1],
      sharedRole: [0.02, 0.0001, 1],
      typingError: [0.09, 0.00002],
      otherHost: [0.03, 0.00005],
      sameHost: [0.06, 0.05],
      different: [0.18, 0.95],
    }),
    birthDate: levelWeights({
      same: [0.86, 0.00005, 1],
      typingError: [0.07, 0.0012],
      twoParts: [0.03, 0.005],
      sameYear: [0.01, 0.02],
      different: [0.03, 0.974],
    }),
    website: levelWeights({ same: [0.8, 0.0005, 1], different: [0.2, 0.9995] }),
  },
  lookAlikes: [
    {
      code: 'relatives',
      perRecord: 0.1,
      levels: {
        lastName: [0.6, 0.01, 0.01, 0.05, 0.15, 0.02, 0.002, 0.02, 0.137, 0.001],
        firstName: [0.003, 0.0003, 0.0003, 0.0004, 0.001, 0.003, 0.012, 0.02, 0.25, 0.71],
        phone: [0.02, 0.4, 0.01, 0.01, 0.56],
        email: [0.05, 0.02, 0.005, 0.005, 0.1, 0.82],
        address: [0.58, 0.3, 0.02, 0.01, 0.01, 0.01, 0.02, 0.05],
        city: [0.95, 0.02, 0.01, 0.02],
        postalCode: [0.95, 0.02, 0.01, 0.02],
      },
    },
    {
      code: 'colleagues',
      perRecord: 1,
      levels: {
        company: [0.76, 0.03, 0.04, 0.05, 0.01, 0.03, 0.01, 0.01, 0.01, 0.02, 0.03],
        phone: [0.01, 0.4, 0.02, 0.02, 0.55],
        email: [0.01, 0.1, 0.002, 0.003, 0.5, 0.385],
        website: [0.8, 0.2],
        address: [0.05, 0.2, 0.01, 0.1, 0.01, 0.01, 0.03, 0.59],
        city: [0.6, 0.02, 0.01, 0.37],
        postalCode: [0.4, 0.01, 0.02, 0.57],
      },
    },
  ],
}
