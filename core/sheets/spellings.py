"""The names that columns of visits, charges and the rest go by, in small letters and digits alone; the best name first.

Columns of people have theirs in `core.dedupe.spellings`.
"""

from __future__ import annotations

from collections.abc import Mapping

_PATIENT = (
    "patient patientid patid patientmrn mrn medicalrecordnumber chartnumber chartno patientnumber patientaccount "
    "patientaccountnumber personid memberpatientid accountnumber acctno patientno ptid"
)
_PROVIDER = (
    "provider providerid rendering renderingprovider renderingproviderid renderingnpi providernpi doctor physician "
    "clinician resource attending seenby providername apptprovider"
)
_LOCATION = (
    "location locationid facility facilityid site siteid clinic office department dept servicelocation facilityname "
    "locationname placeofvisit"
)
_STATUS = "status state"
# Entity -> field -> what its columns are called.
SPELLINGS: Mapping[str, Mapping[str, str]] = {
    "appointments": {
        "id": "id appointmentid apptid appointmentnumber apptno apptnumber bookingid scheduleid",
        "patient": _PATIENT,
        "provider": _PROVIDER,
        "location": _LOCATION,
        "start": "start appointmentdate apptdate appointmentdatetime apptdatetime appointmentstart startdatetime "
        "starttime startdate scheduleddate dateofappointment date datetime",
        "start_time": "appointmenttime appttime timeofappointment scheduledtime time",
        "minutes": "minutes duration durationminutes length lengthminutes apptlength apptduration",
        "type": "type appointmenttype appttype visittype reason visitreason",
        "mode": "mode modality",
        "status": f"{_STATUS} appointmentstatus apptstatus checkinstatus",
        "created_at": "createdat bookedon bookedat createddate datecreated",
        "cancel_reason": "cancelreason cancellationreason",
    },
    "encounters": {
        "id": "id encounterid visitid encounterno encounternumber visitno",
        "visit_number": "visitnumber csn accountvisitnumber",
        "patient": _PATIENT,
        "appointment": "appointment appointmentid apptid",
        "rendering": _PROVIDER,
        "location": _LOCATION,
        "class": "class encounterclass visitclass",
        "type": "type encountertype visittype visitreason",
        "status": f"{_STATUS} encounterstatus visitstatus",
        "start": "start encounterdate visitdate dateofvisit encounterdatetime visitdatetime startdatetime admitdate "
        "dateofservice dos servicedate date startdate datetime",
        "start_time": "encountertime visittime starttime checkintime time",
        "end": "end enddate enddatetime dischargedate checkouttime endtime",
        "note_status": "notestatus chartstatus documentationstatus",
        "signed_at": "signedat signedon signeddate datesigned noteclosed",
        "diagnoses": "diagnoses diagnosis dx icd10 icd diagnosiscodes dxcodes icdcodes",
        "minutes_documented": "minutesdocumented totaltime",
    },
    "charges": {
        "id": "id chargeid chargeno chargenumber transactionid transid lineid chargelineid detailid billlineid",
        "patient": _PATIENT,
        "encounter": "encounter encounterid visit visitid",
        "visit_number": "visitnumber visitno encounternumber encounterno csn",
        "dos_from": "dosfrom dos dateofservice servicedate servicedatefrom dosstart fromdate servicefrom datefrom "
        "chargedate visitdate dtofservice beginservicedate serviceday date",
        "dos_to": "dosto servicedateto dosend todate serviceto dateto endservicedate",
        "entered_at": "enteredat entrydate dateentered postdate postingdate posteddate createddate enteredon",
        "entered_by": "enteredby postedby createdby user",
        "code": "code cpt cptcode procedurecode proccode hcpcs cpthcpcs hcpcscode servicecode procedure proc "
        "cpthcpcscode cptcodes billingcode chargecode",
        "modifiers": "modifiers modifier mod mods modifier1 mod1 modifierlist",
        "units": "units unit qty quantity unitsofservice unitsbilled days",
        "amount": "amount chargeamount charge charges fee billedamount amountbilled totalcharge grossamount price "
        "chargeamt totalamount billed",
        "diagnoses": "diagnoses diagnosis dx icd10 icd diagnosiscodes dxcodes icdcodes diagnosis1 dx1 icd1",
        "rendering": _PROVIDER,
        "supervising": "supervising supervisingprovider supervisor",
        "location": _LOCATION,
        "pos": "pos placeofservice poscode",
        "payer": "payer payerid insurance primarypayer primaryinsurance insurancename carrier payor payername",
        "kind": "kind chargetype",
        "status": f"{_STATUS} chargestatus billstatus billingstatus linestatus claimstatus",
        "superbill": "superbill superbillnumber ticket ticketnumber voucher",
        "referring_npi": "referringnpi referringprovidernpi",
        "auth_number": "authnumber authorization authorizationnumber priorauth priorauthorization",
        "ndc": "ndc ndccode",
        "pointers": "pointers diagnosispointers dxpointers",
    },
    "service_events": {
        "id": "id eventid serviceid orderid procedureid immunizationid",
        "patient": _PATIENT,
        "encounter": "encounter encounterid visit visitid",
        "kind": "kind servicekind servicetype eventtype",
        "status": f"{_STATUS} servicestatus resultstatus",
        "performed_start": "performedstart performedon performeddate dateperformed dategiven administrationdate "
        "administereddate collectiondate dateadministered givenon",
        "performed_time": "performedtime timeperformed timegiven",
        "code": "code cpt cptcode procedurecode hcpcs",
        "internal_code": "internalcode localcode",
        "name": "servicename procedurename testname vaccinename vaccine medication drugname studyname description",
        "quantity": "quantity qty dose amountgiven doseamount",
        "unit": "unit doseunit",
        "performer": "performer performedby givenby administeredby",
        "location": _LOCATION,
        "vaccine_cvx": "vaccinecvx cvx cvxcode",
        "route": "route",
    },
    "coverages": {
        "id": "id coverageid policyid insuranceid",
        "patient": _PATIENT,
        "payer": "payer payerid insurance insurancename carrier payor payername insurancecompany",
        "payer_name": "payername insurancecompanyname",
        "plan": "plan planname product",
        "member_id": "memberid subscriberid policynumber insuredid insuranceidnumber membernumber",
        "priority": "priority rank sequence coverageorder",
        "relationship": "relationship relationtosubscriber patientrelationship",
        "start": "start effectivedate startdate coveragestart effective begindate",
        "end": "end terminationdate enddate coverageend termdate expirationdate",
        "type": "type insurancetype coveragetype plantype",
        "status": _STATUS,
    },
    "payers": {
        "id": "id payerid insuranceid carrierid",
        "name": "name payername insurancename carriername payer payor",
        "type": "type payertype insurancetype financialclass",
    },
    "providers": {
        "id": "id providerid doctorid",
        "npi": "npi providernpi npinumber",
        "name": "name providername fullname doctor",
        "given_name": "firstname givenname first",
        "family_name": "lastname familyname last surname",
        "taxonomy": "taxonomy taxonomycode",
        "specialty": "specialty speciality",
        "kind": "kind providertype credential credentials",
    },
    "locations": {
        "id": "id locationid facilityid siteid",
        "name": "name locationname facilityname sitename location facility",
        "tz": "tz timezone",
        "npi": "npi facilitynpi",
        "pos_default": "posdefault pos placeofservice",
        "street": "street address address1 addressline1",
        "city": "city town",
        "state": "state province",
        "zip": "zip zipcode postalcode",
    },
    "orders": {
        "id": "id orderid ordernumber",
        "patient": _PATIENT,
        "encounter": "encounter encounterid visit visitid",
        "provider": "orderingprovider orderedby provider",
        "code": "code ordercode cpt loinc",
        "name": "ordername testname description order",
        "kind": "kind ordertype",
        "ordered_at": "orderedat orderdate dateordered orderedon",
        "status": f"{_STATUS} orderstatus",
    },
}
# Every name that may head such a column: what the line of headings is told by, beside the names of people columns.
KNOWN = frozenset(name for fields in SPELLINGS.values() for text in fields.values() for name in text.split())
