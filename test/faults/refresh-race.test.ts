import { refreshRaceCases } from '../support/faults/refresh-race-cases.ts';

refreshRaceCases(3);
