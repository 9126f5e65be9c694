/** Tells whether something may begin or end before a code unit of a value. @internal */
export type Boundary = (value: string, index: number) => boolean;

/** Every place is a boundary. @internal */
export const anywhere: Boundary = () => true;

/** A word can start where no ASCII letter, digit or underscore stands before it. @internal */
export const wordStart: Boundary = (value, index) => index === 0 || !isWordCharacter(value.charCodeAt(index - 1));

/** A word can end where no ASCII letter, digit or underscore follows. @internal */
export const wordEnd: Boundary = (value, index) => index === value.length || !isWordCharacter(value.charCodeAt(index));

function isWordCharacter(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || (unit >= 48 && unit <= 57) || unit === 95;
}
