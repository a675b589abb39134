"""The names that columns of people go by, in small letters and digits alone, also in Spanish; the best name first."""

from __future__ import annotations

from collections.abc import Mapping

STANDARD = ("given_name", "middle_name", "family_name", "suffix", "former_name", "birth_date", "sex", "ssn", "mrn",
            "phone", "email", "street", "city", "state", "zip")  # fmt: skip
# Part of the people fields -> what its columns are called.
SPELLINGS: Mapping[str, str] = {
    "given_name": "givenname given firstname first fname forename forenames firstnm namefirst namegiven christianname "
    "legalfirstname firstname1 fnamec1 givenname1 preferredfirstname "
    "nombres primernombre nombrepropio",
    "middle_name": "middlename middle mname middlenm middlenames namemiddle middleinitial mi midname midinit minit "
    "secondgivenname givenname2 firstname2 fnamec2 "
    "segundonombre",
    "family_name": "familyname family lastname last lname surname sname lastnm namelast namefamily legallastname "
    "lastname1 surname1 lnamec1 familyname1 "
    "surnamefamilyname apellido apellidos primerapellido apellidopaterno",
    "second_family_name": "secondfamilyname secondlastname secondsurname lastname2 surname2 lnamec2 familyname2 "
    "segundoapellido apellidomaterno",
    "full_name": "fullname name displayname nametext wholename namefull legalname fulllegalname "
    "lastnamefirstname lastfirst nombrecompleto nombreyapellido nombreyapellidos nombresyapellidos apellidosynombres "
    "apellidosynombre nombre nombredelpaciente",
    "suffix": "suffix namesuffix suffixname sfx gensuffix generation",
    "former_name": "formername maidenname maiden birthname previousname previouslastname previoussurname "
    "formerlastname formersurname priorlastname birthlastname nee "
    "apellidodesoltera",
    "birth_date": "birthdate dateofbirth dob birthdt bdate birthday dtofbirth birthdatetime datebirth dobdate birth "
    "borndate born "
    "fechadenacimiento fechanacimiento fechanac fechadenac fecnac fnacimiento nacimiento",
    "birth_year": "birthyear yearofbirth dobyear yob by birthdateyear",
    "birth_month": "birthmonth monthofbirth dobmonth bm birthdatemonth",
    "birth_day": "birthdayofmonth dayofbirth dobday bd birthdateday",
    "sex": "sex gender sexcode gendercode administrativesex administrativegender sexatbirth birthsex sexadmin "
    "legalsex genderidentity sexgender gendersex "
    "sexo genero",
    "ssn": "ssn socsecid socialsecuritynumber socialsecurity socsec ssnumber ssnno ssnnumber socialsecurityno socsecno "
    "socialsecurityid socsecnumber ss "
    "segurosocial numerodesegurosocial numerosegurosocial",
    "ssn4": "ssn4 ssnlast4 last4ssn last4ofssn ssnlastfour lastfourssn last4 ssnl4",
    "mrn": "mrn medicalrecordnumber medicalrecordno medicalrecord medrecno medrecnum medrecnumber mrnumber chartnumber "
    "chartno chartnum chart chartid "
    "expediente numerodeexpediente numeroexpediente historiaclinica numerodehistoriaclinica",
    "phone": "phone phonenumber telephone telephonenumber tel telno phoneno phone1 phone2 phone3 mobile mobilephone "
    "mobilenumber cell cellphone cellphonenumber cellnumber homephone workphone homephonenumber workphonenumber "
    "mobilephonenumber phonehome phonemobile phonecell phonework primaryphone secondaryphone otherphone contactnumber "
    "contactphone dayphone daytimephone eveningphone "
    "phonenumber1 phonenumber2 contactphone1 contactphone2 telefono telefonocasa telefonodecasa telefonofijo "
    "telefonomovil telefonocelular celular movil",
    "email": "email emailaddress emailaddr emailid email1 primaryemail homeemail personalemail mail email2 "
    "secondaryemail workemail "
    "correo correoelectronico",
    "street_number": "streetnumber housenumber houseno streetno addressnumber stnumber hausnummer",
    "street": "street streetaddress address address1 addressline1 addressstreet1 addressstreet addressline addr addr1 "
    "addrline1 addressln1 street1 streetline1 streetname homeaddress residentialaddress residenceaddress "
    "mailingaddress "
    "mailingaddress1 homeaddress1 residentialaddress1 residentialstreet homestreet direccion domicilio calle",
    "street_2": "address2 addressline2 addressstreet2 addr2 addrline2 addressln2 street2 streetline2 streetaddress2",
    "apartment": "apt apartment aptnumber aptno apartmentnumber unitnumber unitno addressunit aptsuite aptunit suite",
    "city": "city town suburb cityname addresscity homecity citytown towncity locality municipality residencecity "
    "mailingcity "
    "ciudad municipio localidad",
    "state": "state province stateprovince statecode stateabbr addressstate homestate statename residencestate "
    "mailingstate "
    "estado provincia st",
    "zip": "zip zipcode postcode postalcode zip5 zippostalcode zippostal zipcode5 addresszip addresspostalcode "
    "homezip postal pcode residencezip mailingzip zipplus4 "
    "codigopostal cp",
    "city_state_zip": "citystatezip citystatezipcode citystzip citystate cityst citystatepostalcode",
    "source": "source sourcesystem sourcedataset datasource system assigningauthority",
}
IDS = (
    "id recid recordid uniqueid rowid patientid patid pid ptid recordnumber recno key uid guid accountnumber accountid "
    "accountno account patientnumber patientno numerodepaciente"
)
# Who a column may speak of in front: patient_first_name.
OWNERS = ("patients", "patient", "pat", "pt", "member", "client", "person", "demographic", "individual")
# What vendors shorten in names of several words: home_ph_nbr, PatLastNm.
ABBREVIATIONS: Mapping[str, str] = {
    "nm": "name", "nbr": "number", "num": "number", "nr": "number", "no": "number", "#": "number", "cd": "code",
    "dt": "date", "yr": "year", "ph": "phone", "phn": "phone", "hm": "home", "cel": "cell", "mob": "mobile",
    "wk": "work", "addr": "address", "adr": "address", "fst": "first", "frst": "first", "lst": "last", "mid": "middle",
    "init": "initial", "acct": "account", "pt": "patient", "pat": "patient",
}  # fmt: skip
