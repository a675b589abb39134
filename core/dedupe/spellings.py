"""The names that columns of people go by, in small letters and digits alone; the best name first."""

from __future__ import annotations

from collections.abc import Mapping

STANDARD = ("given_name", "middle_name", "family_name", "suffix", "former_name", "birth_date", "sex", "ssn", "mrn",
            "phone", "email", "street", "city", "state", "zip")  # fmt: skip
# Part of the people fields -> what its columns are called.
SPELLINGS: Mapping[str, str] = {
    "given_name": "givenname given firstname first fname forename forenames firstnm namefirst namegiven christianname "
    "legalfirstname firstname1 fnamec1 givenname1 preferredfirstname",
    "middle_name": "middlename middle mname middlenm middlenames namemiddle middleinitial mi midname midinit minit "
    "secondgivenname givenname2 firstname2 fnamec2",
    "family_name": "familyname family lastname last lname surname sname lastnm namelast namefamily legallastname "
    "lastname1 surname1 lnamec1 familyname1",
    "second_family_name": "secondfamilyname secondlastname secondsurname lastname2 surname2 lnamec2 familyname2",
    "full_name": "fullname name displayname nametext wholename namefull",
    "suffix": "suffix namesuffix suffixname sfx gensuffix generation",
    "former_name": "formername maidenname maiden birthname previousname previouslastname previoussurname "
    "formerlastname formersurname priorlastname birthlastname nee",
    "birth_date": "birthdate dateofbirth dob birthdt bdate birthday dtofbirth birthdatetime datebirth dobdate birth "
    "borndate born",
    "birth_year": "birthyear yearofbirth dobyear yob by birthdateyear",
    "birth_month": "birthmonth monthofbirth dobmonth bm birthdatemonth",
    "birth_day": "birthdayofmonth dayofbirth dobday bd birthdateday",
    "sex": "sex gender sexcode gendercode administrativesex administrativegender sexatbirth birthsex sexadmin "
    "legalsex genderidentity",
    "ssn": "ssn socsecid socialsecuritynumber socialsecurity socsec ssnumber ssnno ssnnumber socialsecurityno socsecno "
    "socialsecurityid socsecnumber ss",
    "ssn4": "ssn4 ssnlast4 last4ssn last4ofssn ssnlastfour lastfourssn last4 ssnl4",
    "mrn": "mrn medicalrecordnumber medicalrecordno medicalrecord medrecno medrecnum medrecnumber mrnumber chartnumber "
    "chartno chartnum chart",
    "phone": "phone phonenumber telephone telephonenumber tel telno phoneno phone1 phone2 phone3 mobile mobilephone "
    "mobilenumber cell cellphone cellphonenumber cellnumber homephone workphone homephonenumber workphonenumber "
    "mobilephonenumber phonehome phonemobile phonecell phonework primaryphone secondaryphone otherphone contactnumber "
    "contactphone dayphone daytimephone eveningphone",
    "email": "email emailaddress emailaddr emailid email1 primaryemail homeemail personalemail mail email2 "
    "secondaryemail workemail",
    "street_number": "streetnumber housenumber houseno streetno addressnumber stnumber hausnummer",
    "street": "street streetaddress address address1 addressline1 addressstreet1 addressstreet addressline addr addr1 "
    "addrline1 addressln1 street1 streetline1 streetname homeaddress residentialaddress residenceaddress "
    "mailingaddress",
    "street_2": "address2 addressline2 addressstreet2 addr2 addrline2 addressln2 street2 streetline2 streetaddress2",
    "apartment": "apt apartment aptnumber aptno apartmentnumber unitnumber unitno addressunit",
    "city": "city town suburb cityname addresscity homecity citytown towncity locality municipality residencecity "
    "mailingcity",
    "state": "state province stateprovince statecode stateabbr addressstate homestate statename residencestate "
    "mailingstate",
    "zip": "zip zipcode postcode postalcode zip5 zippostalcode zippostal zipcode5 addresszip addresspostalcode "
    "homezip postal pcode residencezip mailingzip zipplus4",
    "source": "source sourcesystem sourcedataset datasource system assigningauthority",
}
IDS = "id recid recordid uniqueid rowid patientid patid pid ptid recordnumber recno key uid guid"
# Who a column may speak of in front: patient_first_name.
OWNERS = ("patients", "patient", "pat", "pt", "member", "client", "person", "demographic", "individual")
