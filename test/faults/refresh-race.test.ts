import { refreshRaceCases } from '../support/faults/refresh-race.ts';

refreshRaceCases(3);
