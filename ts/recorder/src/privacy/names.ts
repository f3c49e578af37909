/** Made by scripts/secret_names.py of src/playhead/core/secret_names.py: change it there. */

/** Anywhere in the name of an address's parameter. */
export const PRIVATE_PARAMETER =
  /account|address|auth|birth|card|code|cookie|credential|csrf|cvc|cvn|cvv|dob|iban|jwt|key|login|mail|mobile|name|nonce|otp|pass|phone|postal|private|pwd|secret|sessid|session|signature|ssn|state|street|token|user|xsrf|zip|(?:bic|fax|pan|pin|sid|sig|tel)(?![a-z])/i;

/** Anywhere in the name of a member, field or header, in lower case and without its separators. */
export const SECRET_PART =
  /accesskey|accountname|accountno|accountnumber|apikey|authorization|cardnumber|credential|firstname|fullname|lastname|passcode|passphrase|passwd|password|postalcode|privatekey|secret|sessid|sessionid|signature|sortcode|token|username/;

/** Words of such a name. */
export const SECRET_WORDS =
  "address auth authentication authorization bic birth birthdate birthday birthplace card cookie cookies credential credentials csrf cvc cvc2 cvn cvv cvv2 dob email emails fax iban jwt mail mails mobile otp pan pass passcode passphrase passwd password phone pin postcode private pwd secret sessid session sid sig signature ssn street surname telephone token xsrf zip zipcode";
